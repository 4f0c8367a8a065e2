// Standard input, output and error as this process was given them.
#pragma once

namespace fleetwatch::io {

// Whoever started us may have closed some: the next file or socket that is opened would get their numbers, and words
// would be written into it. They are held by /dev/null, opened so that they fail as closed ones do. Before anything
// else.
void hold_standard_streams();

}  // namespace fleetwatch::io
