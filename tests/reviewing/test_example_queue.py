"""The queue that tests of the page, the figures and the lessons work on."""

from collections import Counter

import sqlalchemy as sa
from support.example_queue import make_example_queue, true_nodes

from han.reviewing.answer_states import answer_states
from han.reviewing.queue_database import QueueDatabase
from han.reviewing.queue_tables import answers, texts


def test_the_example_has_every_part_and_is_the_same_again(tmp_path):
    made = [make_example_queue(tmp_path / f"{k}.db") for k in range(2)]
    queues = [QueueDatabase(queue.place) for queue in made]
    found = []
    for queue in queues:
        with queue.reading() as connection:
            rows = connection.execute(sa.select(answers).order_by(answers.c.place))
            found.append([dict(row._mapping) for row in rows])
            assert {s.state for s in answer_states(connection).values()} == {"open"}
            assert connection.scalar(sa.select(sa.func.count()).select_from(texts))
    assert found[0] == found[1]
    rows = found[0]
    assert Counter(row["part"] for row in rows).keys() == {"work", "sample", "check"}
    assert {row["batch"] for row in rows} == {1, 2, 3, 4, 5, 6}
    assert any(row["gold"] for row in rows) and not all(r["gold"] for r in rows)
    truth = true_nodes(queues[0])
    right = sum(truth[row["id"]] == row["machine_node"] for row in rows)
    assert 0.6 < right / len(rows) < 0.9
