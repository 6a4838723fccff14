"""A part of an expression as people write it, and what stands in it."""

import json
from collections.abc import Mapping
from dataclasses import replace

from domain.rules.tree import Call, Constant, ListOf, Loop, MapOf, Name, Node, Select

AND, OR, NOT, IF = '_&&_', '_||_', '!_', '_?_:_'
SIGNS: Mapping[str, str] = {'_<_': '<', '_<=_': '<=', '_>_': '>', '_>=_': '>=', '_==_': '==', '_!=_': '!='}
WORKED: Mapping[str, str] = {'_+_': '+', '_-_': '-', '_*_': '*', '_/_': '/', '_%_': '%'}
TWO: Mapping[str, str] = {**SIGNS, **WORKED, AND: '&&', OR: '||', '@in': 'in'}
_BINDS: Mapping[str, int] = {
    IF: 1, OR: 2, AND: 3, '@in': 4, **dict.fromkeys(SIGNS, 4),
    '_+_': 5, '_-_': 5, '_*_': 6, '_/_': 6, '_%_': 6, '-_': 7, NOT: 7,
}  # fmt: skip
"""How tightly an operator binds what stands beside it."""


def spelled(node: Node) -> str:
    """A part as people write it, as near as the tree knows."""
    match node:
        case Constant():
            if node.kind == 'number' and node.number is not None:
                return str(int(node.number)) if node.number.is_integer() else repr(node.number)
            return json.dumps(node.value, ensure_ascii=False) if isinstance(node.value, str) else 'a fixed value'
        case Name():
            return node.name
        case Select():
            path = f'{spelled(node.operand)}.{node.field}'
            return f'has({path})' if node.tested else path
        case Call():
            return _called(node.function, [_inside(one, node.function) for one in node.arguments])
        case ListOf():
            return f'[{", ".join(map(spelled, node.items))}]'
    return 'a part of it'


def _called(function: str, said: list[str]) -> str:
    if function in TWO and len(said) == 2:
        return f'{said[0]} {TWO[function]} {said[1]}'
    if function == '_[_]' and len(said) == 2:
        return f'{said[0]}[{said[1]}]'
    if function == IF and len(said) == 3:
        return f'{said[0]} ? {said[1]} : {said[2]}'
    if function in ('-_', NOT) and len(said) == 1:
        return f'{function[0]}{said[0]}'
    return f'{function}({", ".join(said)})'


def _inside(node: Node, outside: str) -> str:
    """A part of another one, in brackets where it binds no tighter."""
    is_looser = isinstance(node, Call) and _BINDS.get(node.function, 9) <= _BINDS.get(outside, 0)
    return f'({spelled(node)})' if is_looser else spelled(node)


def parts(node: Node) -> tuple[Node, ...]:
    """What a part is made of; of a loop what it goes over and what it asks."""
    match node:
        case Select():
            return (node.operand,)
        case Call():
            return node.arguments
        case ListOf():
            return node.items
        case MapOf():
            return tuple(one for pair in node.items for one in pair)
        case Loop():
            return (node.over, node.step)
    return ()


def reads(node: Node) -> bool:
    """True for a part in which something is named."""
    return isinstance(node, Name) or any(map(reads, parts(node)))


def bare(node: Node) -> Node:
    """Without the ids, by which no two parts are equal."""
    match node:
        case Select():
            return replace(node, id=0, operand=bare(node.operand))
        case Call():
            return replace(node, id=0, arguments=tuple(map(bare, node.arguments)))
        case ListOf():
            return replace(node, id=0, items=tuple(map(bare, node.items)))
        case Constant() | Name():
            return replace(node, id=0)
    return node
