#!/bin/sh
# Prepares a bare machine: system libraries where Debian's package manager is at hand, then the virtual environment.
# Usage: provision.sh PYTHON
set -eu
python=$1

need=""
command -v sshd >/dev/null 2>&1 || [ -x /usr/sbin/sshd ] || need="$need openssh-server"
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || need="$need chromium"
ldconfig -p 2>/dev/null | grep -q libpangoft2 || need="$need libpango-1.0-0 libpangoft2-1.0-0"
ldconfig -p 2>/dev/null | grep -q libharfbuzz-subset || need="$need libharfbuzz-subset0"
[ -d /usr/share/fonts/truetype/noto ] || need="$need fonts-noto-core"
[ -d /usr/share/fonts/truetype/open-sans ] || need="$need fonts-open-sans"
command -v hunspell >/dev/null 2>&1 || need="$need hunspell"
[ -f /usr/share/hunspell/ru_RU.dic ] || need="$need hunspell-ru"
"$python" -c 'import ensurepip' 2>/dev/null || need="$need python3-venv"

if [ -n "$need" ]; then
  if command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }; then
    as_root=""; [ "$(id -u)" = 0 ] || as_root=sudo
    echo "Installing$need"
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $need >/dev/null
  else
    echo "Please install by hand:$need (PDF reports, browser tests, tests of storages and the check of spelling need them)" >&2
  fi
fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/app.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
