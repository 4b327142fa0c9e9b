#!/usr/bin/env python3
"""The rules of the house, one test case each (TAP).

    rules.py ROOT [--library FILE]

A rule is a function that takes the tree and yields a message for each place that breaks it; its
docstring is the case's name.  A message reads `file:line: what is so; what to do instead`.
"""

import argparse
import sys

import builds
import layers
import pages
import spelling
import style
from tree import Tree

RULES = layers.RULES + style.RULES + pages.RULES + spelling.RULES + builds.RULES


def broken(rule, tree):
    """The rule's messages."""
    return [message for message in rule(tree) if message]


def report(number, rule, tree):
    """Prints one case; true if it passed."""
    try:
        messages = broken(rule, tree)
    except builds.Skip as reason:
        print(f"ok {number} - {rule.__doc__} # SKIP {reason}")
        return True
    print(f"{'not ok' if messages else 'ok'} {number} - {rule.__doc__}")
    for message in messages:
        print(f"# {message}")
    return not messages


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root")
    parser.add_argument("--library", help="the shared library whose exported names are checked")
    arguments = parser.parse_args()
    tree = Tree(arguments.root)
    tree.library = arguments.library
    results = [report(number, rule, tree) for number, rule in enumerate(RULES, 1)]
    print(f"1..{len(RULES)}")
    return not all(results)


if __name__ == "__main__":
    sys.exit(main())
