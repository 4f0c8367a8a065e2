#include "cli/explain.hpp"

#include "alert/explain.hpp"
#include "cli/console.hpp"
#include "codec/write.hpp"
#include "view/explain.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

void add_explain_options(CLI::App& alerts, MonitorOptions& options) {
  auto* explain = alerts
                      .add_option("--explain", options.explain,
                                  "Say what an alert means, when it fires and what to look at; `all` lists every one")
                      ->type_name("ID|KEY");
  // For the page in docs; nobody reads it on a terminal.
  alerts.add_flag("--markdown", options.markdown, "With --explain: as the page docs/alerts.md")
      ->needs(explain)
      ->group("");
}

ExitStatus explain_alert(const MonitorOptions& options) {
  if (!options.from.empty() || !options.save.empty() || options.exit_code) {
    return fail({ErrorKind::usage,
                 "--explain goes without --from, --save and --exit-code: it asks no node and reads no snapshot",
                 {},
                 "show the alerts in a run of their own: fleetwatch monitor alerts"});
  }
  const auto rules = alert::explain(*options.explain);
  if (!rules) return fail(rules.error());
  if (options.json) return write_out(codec::write_json(*rules, codec::Layout::indented) + "\n");
  if (options.markdown) return write_out(view::explain_markdown(*rules));
  return write_out(view::to_text(view::explain_document(*rules, {.width = terminal_columns()}), wants_colour()));
}

}  // namespace fleetwatch::cli
