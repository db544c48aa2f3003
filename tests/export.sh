#!/bin/sh
# Exports a network, builds its crate with cargo as a user would, and compares what it says of a
# picture with what the session says. The first build takes some minutes; later ones use
# target/export again.
#
#     tests/export.sh [NETLET]
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 0 ]; then
    netlet=$(realpath "$1")
else
    (cd "$root" && cargo build --release --locked --package netlet-kernel --bin netlet)
    netlet=${CARGO_TARGET_DIR:-$root/target}/release/netlet
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$netlet" run --json --out pictures - > session.json << 'END'
net Small(1x28x28) { conv 4 5x5 stride=2 -> relu -> flatten -> linear 10 }
data fashion = fashion_mnist
train Small on fashion
show fashion
export Small "small" as=rust
predict Small on "pictures/fashion-samples.png"
END

# The same numbers as the program prints.
python3 - << 'END' > expected.txt
import json

for line in open("session.json"):
    found = json.loads(line)
    if found.get("command") == "predict":
        for name, share in found["predictions"][0]["top"]:
            print(f"{share * 100:6.2f} %  {name}")
END

(cd small && CARGO_TARGET_DIR=$root/target/export cargo build --release)
"$root/target/export/release/small" --weights small/weights.safetensors \
    pictures/fashion-samples.png > found.txt
diff expected.txt found.txt
echo "the exported crate says what the session says:"
cat found.txt
