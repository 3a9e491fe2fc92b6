#!/bin/sh
# Unpacks two versions of Debian's kubectl into .tools/, without installing either: the one of Debian 12
# (kubernetes-client 1.20) and the current one of Debian's newer suites. They are what the end-to-end tests drive.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
tools=$root/.tools
mkdir -p "$tools"

unpack() { # FOLDER SUITE PACKAGE
  target=$tools/$1
  [ -x "$target/usr/bin/kubectl" ] && return
  work=$(mktemp -d)
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  # The mirror that this machine already uses.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/*$')
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $2 main" >"$work/sources.list"
  set -- "$3" -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=- \
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o "Dir::State::status=/dev/null"
  package=$1
  shift
  : >"$work/status"
  apt-get "$@" -qq update
  (cd "$work" && apt-get "$@" -qq download "$package")
  mkdir -p "$target"
  for file in "$work"/*.deb; do dpkg-deb -x "$file" "$target"; done
  rm -rf "$work"
}

unpack kubectl-old bookworm kubernetes-client
unpack kubectl-new sid kubectl
"$tools/kubectl-old/usr/bin/kubectl" version --client --short
"$tools/kubectl-new/usr/bin/kubectl" version --client
