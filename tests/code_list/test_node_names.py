"""Names of nodes: one for each, whatever the codes, and back to the node."""

from hypothesis import given
from hypothesis import strategies as st
from support.trees import trees

from han.code_list.node_names import NodeNames
from han.code_list.taxonomy import ROOT, Taxonomy
from han.errors import InputError

# Few codes, so that they repeat, and such as could be taken for a path.
CODES = st.sampled_from(["1", "9", "1 > 9", "9 > ", ">", ">>", "a", "a > a"])


@st.composite
def repeating(draw):
    """A tree whose siblings differ and whose other codes often do not."""
    parents = draw(trees())
    codes = draw(st.lists(CODES, min_size=len(parents), max_size=len(parents)))
    try:
        return Taxonomy(codes, parents)
    except InputError:  # siblings with one code
        return Taxonomy([f"{c}{i % 3}" for i, c in enumerate(codes)], parents)


@given(repeating())
def test_names_are_unique_and_lead_back(tree):
    names = tree.node_names
    assert len(set(names)) == len(set(tree.naming.paths)) == tree.num_nodes
    for node in range(tree.num_nodes):
        assert tree.naming.find(names[node]) == [node]
        same = tree.nodes_of_code[tree.codes[node]]
        if len(same) > 1:
            assert names[node] == tree.naming.paths[node]
            assert tree.naming.find(names[node].strip()) in ([node], [])


@given(repeating())
def test_codes_alone_name_the_nodes_where_none_repeats(tree):
    has_repeats = len(set(tree.codes)) < tree.num_nodes
    assert tree.naming.has_repeats == has_repeats
    assert has_repeats or tree.node_names == tree.codes


@given(trees())
def test_paths_and_bare_codes_are_found(parents):
    """Codes count up below each parent, as the digits of many lists do."""
    codes = [str(parents[:i].count(parent) + 1) for i, parent in enumerate(parents)]
    tree = Taxonomy(codes, parents)
    for node in range(tree.num_nodes):
        path = " > ".join(tree.code_path(node))
        assert tree.naming.find(path) == [node]
        is_top = [n for n in tree.nodes_of_code[codes[node]] if tree.parents[n] == ROOT]
        # A code at the top is a path by itself; any other is as many as it has nodes.
        found = tree.naming.find(codes[node])
        assert found == (is_top or tree.nodes_of_code[codes[node]])


def test_a_code_that_is_not_there_is_not_found():
    names = NodeNames([("1",), ("1", "9"), ("2",), ("2", "9")])
    assert names.find("1 > 8") == names.find("") == names.find("1>9") == []
