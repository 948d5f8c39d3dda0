# The same job with nothing but curl: job.sh GATE AUDIENCE. Prints the gate's answer, headers first.
set -eu
token=$(curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=$2" |
  sed 's/.*"value":"\([^"]*\)".*/\1/')
curl -sS -i -X POST -H "Authorization: Bearer $token" "$1"
