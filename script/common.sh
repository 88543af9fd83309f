# Sourced by the scripts in this folder; not run by itself.
# Sets $root (the project's top folder) and the words that every script speaks with.
# Progress goes to stderr: what a script prints on stdout is its result.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# fail WHAT [WHAT_TO_DO...]: one sentence a line, then exit 1.
fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

# The comment at the top of the script is its help.
usage() {
  awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
  exit 0
}

# known_preset NAME: fails unless CMakePresets.json has it.
known_preset() {
  case "$1" in
    release | debug | asan | tsan | fuzz) ;;
    *) fail "there is no preset '$1'." "Take one of: release, debug, asan, tsan, fuzz." ;;
  esac
}

# needs_value OPTION COUNT: fails if the option was the last word of the command line.
needs_value() {
  [ "$2" -ge 2 ] || fail "$1 needs a value." "See ${0##*/} --help."
}
