#!/bin/sh
# A coding job on Kubernetes, step by step, from a machine that has kubectl:
#   run_job.sh                 all steps, for a new wave.yaml in the claim
#   run_job.sh code write      from where it failed: what is coded stays
set -eu
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- read code write

for step in "$@"; do
  # A Job that is there is never started anew: that of the wave before goes first.
  kubectl -n han delete job -l "step=$step" --ignore-not-found --cascade=foreground
  kubectl apply -k . -l "step=$step"
  while :; do
    state=$(kubectl -n han get job -l "step=$step" -o 'jsonpath={.items[0].status.conditions[*].type}')
    case $state in
      *Complete*) break ;;
      *Failed*) echo "$step failed: kubectl -n han logs -l app=han-code --prefix" >&2; exit 1 ;;
    esac
    sleep "${HAN_PAUSE:-10}"
  done
done
