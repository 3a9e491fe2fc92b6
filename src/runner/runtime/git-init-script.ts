/**
 * What `git-init` of Tekton's git-clone task does, with this machine's git: fetch one revision of a repository into a
 * folder. It takes the same flags, as `-name=value` or `-name value`.
 */
export const gitInitScript = `#!/bin/sh
set -e
url= revision= refspec= path= sslVerify=true submodules=true depth=1 sparse=
while [ $# -gt 0 ]; do
  flag=\${1#-}; flag=\${flag#-}; shift
  case $flag in
    *=*) value=\${flag#*=}; flag=\${flag%%=*} ;;
    *) value=\${1:-}; [ $# -eq 0 ] || shift ;;
  esac
  case $flag in
    url) url=$value ;;
    revision) revision=$value ;;
    refspec) refspec=$value ;;
    path) path=$value ;;
    sslVerify) sslVerify=$value ;;
    submodules) submodules=$value ;;
    depth) depth=$value ;;
    sparseCheckoutDirectories) sparse=$value ;;
    terminationMessagePath) ;;
    *) echo "git-init: unknown flag -$flag" >&2; exit 2 ;;
  esac
done
if [ -z "$url" ]; then echo "git-init: -url is missing" >&2; exit 2; fi
export GIT_TERMINAL_PROMPT=0
if [ -n "$path" ]; then
  mkdir -p "$path"
  cd "$path"
fi
git init --quiet --initial-branch=main
git config --global --add safe.directory "$(pwd)" || true
git remote get-url origin >/dev/null 2>&1 && git remote set-url origin "$url" || git remote add origin "$url"
git config http.sslVerify "$sslVerify"
if [ -n "$sparse" ]; then
  git config core.sparsecheckout true
  echo "$sparse" | tr ',' '\\n' > .git/info/sparse-checkout
fi
shallow=
case $depth in ''|0) ;; *) shallow=--depth=$depth ;; esac
wanted=\${refspec:-\${revision:-HEAD}}
# Several refspecs are several words.
if git fetch --quiet --recurse-submodules=no $shallow origin --update-head-ok --force $wanted; then
  if [ -z "$refspec" ]; then target=FETCH_HEAD; else target=\${revision:-FETCH_HEAD}; fi
else
  # Not every server hands out a commit by its name: everything, then.
  git fetch --quiet origin
  target=\${revision:-FETCH_HEAD}
fi
git checkout --quiet -f "$target"
if [ "$submodules" = true ] && [ -f .gitmodules ]; then
  git submodule --quiet update --init --recursive --force $shallow
fi
echo "Successfully cloned $url @ $(git rev-parse HEAD) in path $(pwd)"
`;
