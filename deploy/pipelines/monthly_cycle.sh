#!/bin/sh
# Steps of a survey's month, which cron, Airflow or a person calls in an office's folder:
#   monthly_cycle.sh fetch check code review       the rows of answers/MONTH
#   monthly_cycle.sh lessons train plan compare gate   when people have coded the queue
#   monthly_cycle.sh approve                       MONTH's run codes from now on
# The folder has wave.yaml, a job whose run is runs/approved; experiment.yaml; codes.txt,
# the codes that must not get worse; answers/; perhaps sources.yaml. runs/approved is a link to a run beside it,
# at first made by hand: ln -s FIRST runs/approved. HAN_MONTH is the month before if not given.
set -eu
month=${HAN_MONTH:-$(date -d "$(date +%Y-%m-01) -1 day" +%Y-%m)}
run=runs/$month
job="wave.yaml name=wave_$month input.files=[answers/$month] output.folder=jobs/$month"
queue=${HAN_QUEUE:-queues/$month.db}
umask 077
mkdir -p runs queues lessons

for step in "$@"; do
  echo "$(date '+%F %T') $step $month"
  case $step in
    fetch) [ ! -e sources.yaml ] || python -m han.fetch sources.yaml ;;
    check) python -m han.code $job --check ;;
    code) python -m han.code $job ;;
    review) python -m han.review out "jobs/$month" -o "$queue" ${HAN_REVIEW:---budget 500} ;;
    lessons) python -m han.review lessons "$queue" -o "lessons/$month" ;;
    train)
      lessons=
      for file in lessons/*/records.csv; do # but those of a month in which nothing was learned
        [ ! -e "$file" ] || [ "$(wc -l < "$file")" -le 1 ] || lessons=$lessons,$file
      done
      python -m han.train experiment.yaml "data.reviewed=[${lessons#,}]" "logging.run_folder=$run" ;;
    plan)
      python -m han.plan "$run" --sample "lessons/$month/calibration.csv" --sample-weight design_weight \
        --strata stratum --target "${HAN_TARGET:-leaf=0.95}" --apply ;;
    compare)
      rm -f "$run.passed"
      python -m han.compare runs/approved "$run" --must-not-regress codes.txt -o "$run.comparison.md"
      touch "$run.passed" ;;
    gate) # what of the month's totals would change
      test -e "$run.passed" || { echo "$run has not passed the comparison" >&2; exit 1; }
      rm -f "$run.passed"
      for file in "answers/$month"/*; do
        python -m han.gate runs/approved "$run" --on "$file" --protected codes.txt \
          -o "$run.gate" ${HAN_GATE:-}
      done
      touch "$run.passed" ;;
    approve)
      test -e "$run.passed" || { echo "$run has not passed the comparison" >&2; exit 1; }
      [ -L runs/approved ] || [ ! -e runs/approved ] || {
        echo "runs/approved is no link: mv runs/approved runs/FIRST, and ln -s FIRST runs/approved" >&2; exit 1; }
      ln -sfn "$month" "$run.link" && mv -T "$run.link" runs/approved ;;
    *) echo "no such step: $step" >&2; exit 2 ;;
  esac
done
