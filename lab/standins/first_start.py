"""first_start.py FILE=SETTINGS... -- COMMAND...: before the start of a real program. Where the first FILE is missing the
command makes it; then the settings, JSON too, replace what they name in each file."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def merge(into: dict, settings: dict) -> None:
    for key, value in settings.items():
        if isinstance(value, dict) and value and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def main(words: list[str]) -> int:
    end = words.index("--")
    pairs = [word.split("=", 1) for word in words[:end]]
    if not os.path.exists(pairs[0][0]):
        subprocess.run(words[end + 1 :], check=True, stdout=subprocess.DEVNULL)
    for path, settings_path in pairs:
        with open(path, encoding="utf-8") as file, open(settings_path, encoding="utf-8") as settings:
            made = json.load(file)
            merge(made, json.load(settings))
        with open(path, "w", encoding="utf-8") as file:
            json.dump(made, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
