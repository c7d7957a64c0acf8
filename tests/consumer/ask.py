# SPDX-License-Identifier: MIT
"""docs/ask.c once more, in Python, through the C interface of the installed library.

lines_of_answer and lines_of_comparison are what it prints, byte by byte.
"""


def spaced(words):
    return "".join(f" {plain(word)}" for word in words)


def plain(value):
    """A value by its canonical name."""
    return str(value).lower() if isinstance(value, bool) else value


def lines_of_feature(book, feature, index):
    answer = book.answer(feature, index)
    yield feature
    for name, possible in answer["possible"].items():
        depends = ("; depends on" + spaced(answer["missing_of"][name]) if len(possible) > 1
                   else "")
        yield f"  {name}:{spaced(possible)}{depends}"
    yield f"  {book.reason(feature, index, 'en')}"
    for rule, (standing, facts) in book.explain(feature, index).items():
        said = {"applied": "applies", "not_applied": "does not", "open": "is open"}[standing]
        yield f"  {rule} ({book.points[rule]}) {said}:{spaced(facts)}"
    for fact, value in book.changes(feature, index):
        yield f"  another with {fact}={plain(value)}"


def lines_of_answer(book, words):
    index = book.read(words)
    return [line for feature in book.features for line in lines_of_feature(book, feature, index)]


def lines_of_comparison(before, after):
    compared = before.compare(after)
    yield f"{compared.changed} of {compared.profiles} profiles"
    for one in compared.changes:
        when = "".join(f" {fact} ={spaced(values)}" for fact, values in one.when.items()
                       if values != compared.common[fact])
        yield (f"{one.feature}.{one.attribute}: {one.before} -> {one.after}, "
               f"{one.profiles} profiles:{when}")
