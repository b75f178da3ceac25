"""A graph is walked up and down, whatever its form."""

from hypothesis import given
from hypothesis import strategies as st

from han.catalogue.graph import Graph, Link, Step, Thing


def step(kind, name, used, made):
    links = [Link(f"file:{one}", "in") for one in used]
    links += [Link(f"file:{one}", "out", made=True) for one in made]
    return Step(kind, name, tuple(links))


def graph_of(*steps):
    names = sorted({one.thing for s in steps for one in s.links})
    things = [Thing("file", key.partition(":")[2], key) for key in names]
    return Graph.of(things, steps)


def test_what_is_beside_the_way_is_left_out():
    first = step("fetch", "1", ["source"], ["a"])
    second = step("make", "2", ["a", "list"], ["b"])
    other = step("make", "3", ["list"], ["elsewhere"])
    later = step("make", "4", ["b"], ["c"])
    graph = graph_of(first, second, other, later)
    around = graph.around("file:b")
    assert set(around.steps) == {one.key for one in (first, second, later)}
    assert set(around.things) == {
        f"file:{n}" for n in ("source", "a", "list", "b", "c")
    }
    assert graph.makers("file:b") == [second] and graph.users("file:b") == [later]
    assert [one.key for one in graph.users("file:list")] == [second.key, other.key]


def test_circles_end():
    graph = graph_of(step("make", "1", ["a"], ["b"]), step("make", "2", ["b"], ["a"]))
    assert set(graph.around("file:a").steps) == set(graph.steps)


names = st.sampled_from("abcdefgh")
steps = st.lists(
    st.tuples(st.lists(names, max_size=3), st.lists(names, min_size=1, max_size=2)),
    max_size=8,
)


@given(steps, names)
def test_the_walk_finds_what_a_search_of_all_pairs_finds(found, name):
    graph = graph_of(*(step("make", str(k), *one) for k, one in enumerate(found)))
    graph = graph.joined(graph_of(step("make", "own", [], [name])))
    reached = {True: {name}, False: {name}}
    for up, names in reached.items():
        for _ in range(len(found) + 1):
            for used, made in found:
                ends, others = (made, used) if up else (used, made)
                if names & set(ends):
                    names |= set(others)
    expected = {
        f"make:{k}"
        for k, (used, made) in enumerate(found)
        if reached[True] & set(made) or reached[False] & set(used)
    }
    makers_of_reached = {"make:own"}
    assert set(graph.around(f"file:{name}").steps) == expected | makers_of_reached
