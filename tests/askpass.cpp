#include "io/askpass.hpp"

int main(int argc, char** argv) { return fleetwatch::io::answer_as_askpass(argc, argv).value_or(3); }
