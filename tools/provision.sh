#!/bin/sh
# Prepares a bare machine in two stages and says what it does: `demo` is what `make demo` needs and no system package but Python's own,
# `all` adds what development needs. Usage: provision.sh PYTHON demo|all
set -eu
python=$1
stage=$2
own=.venv/bin/python
began=${DEMO_BEGAN:-$(date +%s)}

say() {  # the seconds since the beginning, then one line in Russian and in English
  printf '[%3d s] %s / %s\n' "$(($(date +%s) - began))" "$1" "$2"
}

wait_aloud() {  # runs what takes long, with a word every ten seconds
  ( while sleep 10 >/dev/null 2>&1; do say "Ещё ставим" "still installing"; done ) &
  voice=$!
  result=0
  "$@" || result=$?
  kill "$voice" 2>/dev/null || true
  return "$result"
}

is_root_at_hand() {
  command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null 2>&1; }
}

install_packages() {
  as_root=""; [ "$(id -u)" = 0 ] || as_root=sudo
  say "Ставим пакеты системы:$*" "installing system packages:$*"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086,SC2048 - a list of names
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $* >/dev/null
}

prepare_system() {
  need=""
  command -v sshd >/dev/null 2>&1 || [ -x /usr/sbin/sshd ] || need="$need openssh-server"
  command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || need="$need chromium"
  ldconfig -p 2>/dev/null | grep -q libpangoft2 || need="$need libpango-1.0-0 libpangoft2-1.0-0"
  ldconfig -p 2>/dev/null | grep -q libharfbuzz-subset || need="$need libharfbuzz-subset0"
  [ -d /usr/share/fonts/truetype/noto ] || need="$need fonts-noto-core"
  [ -d /usr/share/fonts/truetype/open-sans ] || need="$need fonts-open-sans"
  command -v hunspell >/dev/null 2>&1 || need="$need hunspell"
  [ -f /usr/share/hunspell/ru_RU.dic ] || need="$need hunspell-ru"
  [ -n "$need" ] || return 0
  if is_root_at_hand; then
    install_packages "$need"
  else
    echo "Please install by hand:$need (PDF reports, browser tests, tests of storages and the check of spelling need them)" >&2
  fi
}

fills_it() {  # whether the environment can be filled: by its own pip, or from outside by uv or by the pip of the Python below
  command -v uv >/dev/null 2>&1 || [ -x .venv/bin/uv ] || pip_for_it --version >/dev/null 2>&1
}

make_environment() {  # an own pip takes longer to lay out than uv takes for everything, so only where nothing else is at hand
  [ -x "$own" ] && fills_it && return 0
  say "Создаём окружение Python, дальше библиотеки" "making Python's environment, then the libraries"
  "$python" -m venv --clear --without-pip .venv && fills_it && return 0
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    is_root_at_hand || {
      echo "Поставьте пакет python3-venv и повторите / please install the package python3-venv and try again" >&2
      exit 1
    }
    install_packages " python3-venv"
  fi
  "$python" -m venv --clear .venv
}

pip_for_it() {
  if "$own" -c 'import pip' 2>/dev/null; then
    "$own" -m pip "$@"
  else
    "$python" -m pip --python "$own" "$@"
  fi
}

find_installer() {  # uv: the one that is on the machine, else ours by its hash; none, and pip does its work
  installer=$(command -v uv || true)
  [ -z "$installer" ] || return 0
  installer=.venv/bin/uv
  [ -x "$installer" ] && return 0
  pip_for_it install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r requirements/installer.txt || installer=""
}

install() {
  index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(pip_for_it config get global.index-url 2>/dev/null || true)}}
  if [ -n "$installer" ]; then
    # shellcheck disable=SC2086 - no index is no argument
    "$installer" --no-config pip install --quiet --python "$own" --require-hashes --compile-bytecode ${index:+--default-index "$index"} "$@" && return 0
    say "Быстрый установщик не справился, ставим через pip" "the fast installer failed, going on with pip"
  fi
  while [ $# -gt 0 ]; do
    pip_for_it install --quiet --disable-pip-version-check --require-hashes -r "$2" || return 1
    shift 2
  done
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Нужен Python 3.11 или новее / Python 3.11 or newer is needed: make demo PY=python3.11" >&2; exit 1
}
[ "$stage" = demo ] || prepare_system
make_environment
find_installer
if [ "$stage" = demo ]; then
  say "Ставим библиотеки приложения, дальше запуск" "installing the application's libraries, then the start"
else
  say "Ставим библиотеки приложения, дальше остальное" "installing the application's libraries, then the rest"
fi
wait_aloud install -r requirements/app.txt -r requirements/demo.txt
[ "$stage" = demo ] && exit 0
say "Ставим то, что нужно для разработки" "installing what development needs"
wait_aloud install -r requirements/dev.txt
