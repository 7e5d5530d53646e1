#!/bin/sh
# Runs the whole comparison: all.sh [MILLIONS] (1.1). What is made already in $PEERS is not made again.
set -eu
millions=${1:-1.1}
here=$(dirname "$0")
PEERS=$(realpath -m "${PEERS:-../peers}")
ONEMAP=$(realpath "${ONEMAP:-target/release/onemap}")
export PEERS ONEMAP
python=$PEERS/venv/bin/python
[ -e "$PEERS/city" ] || "$python" "$here/city.py" "$PEERS/city" --millions "$millions" --unlabelled
[ -e "$PEERS/labelled" ] || "$python" "$here/city.py" "$PEERS/labelled" --millions "$millions"
"$python" "$here/postgis.py" start
trap '"$python" "$here/postgis.py" stop' EXIT
[ -e "$PEERS/loaded" ] || { "$python" "$here/postgis.py" load "$PEERS/city" && touch "$PEERS/loaded"; }
[ -e "$PEERS/city.mbtiles" ] || sh "$here/tippecanoe.sh"
"$python" "$here/compare.py"
"$python" "$here/rates.py"
"$python" "$here/features.py"
"$python" "$here/slowest.py"
"$python" "$here/growth.py" --millions "${GROWTH:-1}"
"$python" "$here/qualities.py"
"$python" "$here/pictures.py"
"$python" "$here/report.py"
