# Setup and build, shared by the scripts foreshot and test in the root. Sourced with `root` set.
#
# Nothing is printed on stdout: it belongs to the program. A failure ends the script with status 2.

packages=(g++ cmake ninja-build python3 python3-pip libfmt-dev libtomlplusplus-dev nlohmann-json3-dev
          libcli11-dev libxxhash-dev libgtest-dev)

say() { printf '%s\n' "foreshot: $*" >&2; }

fail() {
  say "$*"
  exit 2
}

# Installs those of the named Debian packages that are missing. Where there is no dpkg, CMake names
# what it does not find.
install_packages() {
  command -v dpkg-query >/dev/null || return 0
  local package missing=() run=()
  for package in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    # -n: a script must not stop to ask for a password.
    command -v sudo >/dev/null && sudo -n true 2>/dev/null ||
      fail "packages are missing, and installing them needs root; run this, then start again:
  apt-get install -y --no-install-recommends ${missing[*]}"
    run=(sudo -n)
  fi
  say "installing ${missing[*]}"
  local log
  log=$(mktemp)
  run+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=5)
  # The package lists may be absent or old: refresh them only when the first try fails.
  if ! "${run[@]}" install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 </dev/null; then
    "${run[@]}" update >"$log" 2>&1 </dev/null
    if ! "${run[@]}" install -y --no-install-recommends "${missing[@]}" >>"$log" 2>&1 </dev/null; then
      tail -n 20 "$log" >&2
      rm -f "$log"
      fail "could not install ${missing[*]}"
    fi
  fi
  rm -f "$log"
}

# Shows ninja's progress: as one changing line on a terminal, as one line to begin with elsewhere, not
# at all when there is nothing to build.
progress() {
  local line begun=0
  while IFS= read -r line; do
    # ninja always looks for new files first; that is no work yet.
    [[ $line =~ ^\[([0-9]+/[0-9]+)\] && $line != *'Re-checking globbed'* ]] || continue
    if [[ -t 2 ]]; then
      printf '\rforeshot: building in %s/ %s\e[K' "$1" "${BASH_REMATCH[1]}" >&2
    elif ((!begun)); then
      say "building in $1/"
    fi
    begun=1
  done
  [[ -t 2 ]] && ((begun)) && printf '\r\e[K' >&2
  return 0
}

# build_tree FOLDER "TARGET…" [CMake options…]: configures when that was not done, builds.
build_tree() {
  local folder=$1 targets=$2 log=$1/build.log status
  shift 2
  mkdir -p "$folder"
  # One build at a time in a folder; others wait for it and find it done.
  local lock
  exec {lock}>"$folder/.lock"
  command -v flock >/dev/null && flock "$lock"
  if [[ ! -f $folder/build.ninja ]]; then
    command -v cmake >/dev/null || fail "cmake is needed to build"
    say "setting up ${folder##*/}/"
    if ! cmake -S "$root" -B "$folder" -G Ninja "$@" >"$log" 2>&1 </dev/null; then
      tail -n 20 "$log" >&2
      fail "cmake failed; the whole log is $log"
    fi
  fi
  # shellcheck disable=SC2086
  ninja -C "$folder" $targets 2>&1 </dev/null | tee "$log" | progress "${folder##*/}"
  status=${PIPESTATUS[0]}
  exec {lock}>&-
  if ((status)); then
    # The first errors say more than the last lines.
    { grep -m 12 -E 'error:|undefined (reference|symbol)' "$log" || tail -n 30 "$log"; } | cut -c 1-400 >&2
    fail "the build failed; the whole log is $log"
  fi
}
