#!/bin/sh
# The whole way, in an empty folder: files of a publisher, personal data out, a run, a plan,
# an approval, a coding job, a clerk, what was learnt, and where one code comes from.
#   mkdir office && cd office && sh PATH/TO/experiments/whole_way/whole_way.sh
# SITE is where the publisher's files are: codes.csv (code, parent, title) and records.csv.gz
# (clave, descripcion, level_1, level_2, level_3). ANSWERS are the survey's: folio, producto.
# Without them the shipped sample stands in for a publisher, served by this machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
umask 077

if [ -z "${SITE:-}" ]; then
  mkdir -p published
  cp "$here/../../data/productos/taxonomy.csv" published/codes.csv
  cp "$here/../../data/productos/productos.csv.gz" published/records.csv.gz
  python -m http.server 8765 --bind 127.0.0.1 --directory published 2> /dev/null &
  trap 'kill $!' EXIT
  SITE=http://127.0.0.1:8765
  sleep 1
  kill -0 $! || { echo "port 8765 is taken: end what listens there" >&2; exit 1; }
fi
answers=${ANSWERS:-$here/answers.csv}
export HAN_STORE=catalogue.db

cat > sources.yaml << END
contact: coding@office.example
folder: sources
requests_a_minute: 600
sources:
  codes: {address: "$SITE/codes.csv", publisher: Tax Office, licence: see its page, language: spanish}
  records: {address: "$SITE/records.csv.gz", publisher: Tax Office, licence: see its page, language: spanish}
END

cat > experiment.yaml << END
name: products
data:
  train: data/records.csv
  fields: {name: {column: descripcion}}
  label_columns: [level_1, level_2, level_3]
  key_columns: [clave]
  split: {validation: 0.1, calibration: 0.2, test: 0.1}
taxonomy: {file: sources/codes.csv}
model: {kind: ${KIND:-tfidf_linear}}     # KIND=han is the network: some minutes more
scrub: {enabled: true}
store: catalogue.db
END

cat > wave.yaml << END
name: wave
input: {files: [data/answers.csv], keys: [folio]}
tasks:
  product:
    run: runs/products
    fields: {name: producto}
    stages: [non_answer, exact, model, clerk]
output: {folder: jobs/wave, file: coded.csv}
store: catalogue.db
only_approved: true
END

python -m han.store init
python -m han.fetch sources.yaml
mkdir -p data
python -m han.scrub sources/records.csv.gz -o data/records.csv --columns descripcion
python -m han.scrub "$answers" -o data/answers.csv --columns producto

python -m han.train experiment.yaml
python -m han.plan runs/products --target "${TARGET:-leaf=0.8}" --apply
python -m han.store approve runs/products --why "as good as the last one" --who "Berta Ruiz"
python -m han.code wave.yaml

python -m han.review out jobs/wave -o review.db --store catalogue.db --budget 100 --double 0 --double-checks 0
python -m han.review export review.db -o ana.csv --person ana
# In place of Ana: the first candidate is right.
python - << 'END'
import pandas as pd
table = pd.read_csv("ana.csv", dtype=str, keep_default_na=False)
candidates = table.get("candidate_1", pd.Series("", table.index))
table.assign(final_code=candidates.str.split(" ").str[0]).to_csv("ana.csv", index=False)
END
python -m han.review import review.db ana.csv --person ana
python -m han.review lessons review.db -o lessons --all
python -m han.store add lessons/records.csv

# One row that Ana has coded, and where its code comes from.
row=$(python -c 'import pandas as pd; print(pd.read_csv("ana.csv", dtype=str)["key.folio"][0])')
python -m han.store lineage jobs/wave --row "$row" --openlineage events.jsonl
