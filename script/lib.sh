# What the scripts beside this file share. Sourced by them from the root of the repository.

# Says what is wrong, and ends the script.
fail() {
  echo "$(basename "$0"): $1" >&2
  exit 1
}

# 20.19 is the first version 20 that lets CommonJS packages load ES modules, as some that we need do.
require_node() {
  command -v node >/dev/null || fail 'Node.js is missing: install version 20.19 or newer (https://nodejs.org)'
  node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old: version 20.19 or newer is needed"
}

# One checksum for the names and contents of all files below the given paths.
hash_of() {
  find "$@" -type f ! -path '*/node_modules/*' -print0 2>/dev/null | sort -z | xargs -0 cksum | cksum
}

# Installs what package-lock.json names, unless that is what is there.
install_packages() {
  local stamp=node_modules/.hailwhale-lock
  local wanted
  wanted="$(hash_of package.json package-lock.json) $(node --version)"
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  npm ci --no-fund --no-audit
  echo "$wanted" >"$stamp"
}

# Builds dist/, unless it was built from these sources.
build_if_stale() {
  local stamp=dist/.built-from
  local wanted
  wanted=$(hash_of src web package-lock.json tsconfig.json)
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  rm -rf dist
  npm run --silent build
  echo "$wanted" >"$stamp"
}
