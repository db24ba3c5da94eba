# shellcheck shell=bash
# Installs what deploy/packages.txt lists and this machine lacks.

: "${root:?set by ./dev}" "${var:?set by ./dev}"

# missing_packages GROUP...: the packages of these groups that are not installed.
missing_packages() {
  local wanted=" $* " group package command packages=()
  while read -r group package command; do
    [[ -z $group || $group == \#* || $wanted != *" $group "* ]] && continue
    [[ -n ${command:-} ]] && command -v "$command" >/dev/null && continue
    packages+=("$package")
  done <"$root/deploy/packages.txt"
  [[ ${#packages[@]} -gt 0 ]] || return 0
  comm -23 <(printf '%s\n' "${packages[@]}" | sort -u) \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "installing packages needs root or sudo; install these yourself: ${missing[*]}"
  fi
}

# The package would otherwise start a cluster of its own on port 5432.
forbid_main_cluster() {
  [[ -e /etc/postgresql-common/createcluster.conf ]] && return
  as_root mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
}

need_packages() {
  command -v dpkg-query >/dev/null || die "this machine is not Debian: install what deploy/packages.txt lists by hand"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [[ ${#missing[@]} -eq 0 ]] && return
  say "Installing ${#missing[@]} Debian packages"
  note "${missing[*]}"
  note "all of them take up to ten minutes; var/log/apt.log shows how far it is"
  [[ " ${missing[*]} " == *" postgresql-15 "* ]] && forbid_main_cluster
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
  quietly "$var/log/apt.log" "updating the package lists" as_root "${apt[@]}" update
  quietly "$var/log/apt.log" "installing packages" \
    as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

# The few tools that come from npm, at the exact versions of tools/node/package.json.
need_node_tools() {
  need_packages node
  local installed=$root/tools/node/node_modules/.package-lock.json
  [[ $installed -nt $root/tools/node/package.json ]] && return
  say "Installing the protobuf tools (npm), which takes up to a minute"
  quietly "$var/log/npm.log" "npm install" \
    npm install --no-package-lock --no-audit --no-fund --prefix "$root/tools/node"
  touch "$installed"
}
