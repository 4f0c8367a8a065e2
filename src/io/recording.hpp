// A machine as it was during one report: every question that was asked, with its answer or error. Written by
// io/recorder, answered from by io/replay; as a folder it has the format of parse/recording.hpp.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "outside/machine.hpp"
#include "parse/recording.hpp"

namespace fleetwatch::io {

template <class T>
using Answers = std::map<std::string, Result<T>, std::less<>>;

struct Recording {
  parse::RecordingHeader header;
  std::tuple<Answers<std::string>, Answers<std::vector<std::string>>, Answers<bool>, Answers<outside::FileInfo>,
             Answers<outside::DiskUse>, Answers<std::vector<outside::LoadedUnit>>, Answers<outside::UnitDetails>,
             Answers<std::vector<outside::ListeningSocket>>, Answers<outside::LinkTable>,
             Answers<outside::WireguardDevice>, Answers<outside::HttpResponse>, Answers<outside::DnsAnswer>,
             Answers<outside::Certificate>, Answers<std::vector<outside::InputHook>>>
      answers;

  template <class T>
  Answers<T>& of() {
    return std::get<Answers<T>>(answers);
  }
  template <class T>
  const Answers<T>& of() const {
    return std::get<Answers<T>>(answers);
  }
};

// Names of files below the folder of a recording ("answers.jsonl", "texts/http-GET-4001-health") and their content.
using RecordingFiles = std::map<std::string, std::string, std::less<>>;

struct WrittenRecording {
  RecordingFiles files;
  std::size_t redacted = 0;  // secrets and keys that were taken out
};

// Everything that leaves the process goes through parse/redaction here.
WrittenRecording to_files(const Recording& recording);

// Errors: malformed; `where` names file and line.
Result<Recording> from_files(const RecordingFiles& files);

}  // namespace fleetwatch::io
