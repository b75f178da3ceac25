"""Records of texts, with columns that a split needs."""

import numpy as np
import pandas as pd

from han.data.records import Records


def records(texts: list[str], **others: list[str]) -> Records:
    """A row for each text; `others` as of `Records`."""
    return Records(
        source="data.csv",
        rows=np.arange(1, len(texts) + 1),
        fields={"text": np.array(texts, dtype=object)},
        labels=np.full((len(texts), 1), "1", dtype=object),
        keys=pd.DataFrame(index=range(len(texts))),
        weights=np.ones(len(texts)),
        others={name: np.array(v, dtype=object) for name, v in others.items()},
    )
