#!/bin/sh
# Makes an authority for servers and face workers alone, and a certificate for each: OpenSSL 1.1.1 or newer.
#   make-certificates.sh FOLDER authority
#   make-certificates.sh FOLDER server NAME            for a server of Mien, which calls
#   make-certificates.sh FOLDER worker NAME HOST…      for a face worker, which is called by these names or addresses
# The authority's key signs who may see faces: keep it off the machines that run either.
set -eu
umask 077
days=${DAYS:-397}

fail() { echo "make-certificates: $1" >&2; exit 2; }
[ $# -ge 2 ] || fail 'wants a folder and one of authority, server, worker'
folder=$1 kind=$2
shift 2
mkdir -p "$folder"
cd "$folder"

sign() { # name, extended key usage, subject alternative names
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
  {
    echo 'basicConstraints=critical,CA:FALSE'
    echo 'keyUsage=critical,digitalSignature'
    echo "extendedKeyUsage=$2"
    [ -z "$3" ] || echo "subjectAltName=$3"
  } >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -days "$days" -sha256 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
  rm "$1.csr" "$1.ext"
}

case $kind in
  authority)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout authority.key -out authority.pem \
      -days 3650 -sha256 -subj '/CN=Mien face workers' \
      -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign' 2>/dev/null
    ;;
  server)
    [ $# -eq 1 ] || fail 'server wants a name'
    sign "$1" clientAuth ''
    ;;
  worker)
    [ $# -ge 2 ] || fail 'worker wants a name and at least one host name or address'
    name=$1 names=''
    shift
    for host in "$@"; do
      case $host in
        *[!0-9.]*) entry="DNS:$host" ;;
        *) entry="IP:$host" ;;
      esac
      case $host in *:*) entry="IP:$host" ;; esac
      names="${names:+$names,}$entry"
    done
    sign "$name" serverAuth "$names"
    ;;
  *) fail "knows no $kind" ;;
esac
