"""Records judged by a trained run: calibration, scores, plans, pages, comparisons."""
