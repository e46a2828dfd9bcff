"""``python -m tests.deployment.kubernetes``: build each overlay, and hold every object against its schema.

Ends with 1 where something is wrong; where kubectl is missing that is told, and is wrong in CI alone.
"""

import os
import sys
from collections import Counter

from tests.deployment.kubernetes.manifests import OVERLAYS, Object, build, examples, why_unbuildable
from tests.deployment.kubernetes.schemas import VERSIONS, NoSchema, problems


def main() -> int:
    """Tell what was found, and the exit status."""
    if missing := why_unbuildable():
        print(f"manifests: {missing}; nothing was checked")
        return int(os.environ.get("CI") == "true")
    wrong = 0
    for overlay in OVERLAYS:
        try:
            wrong += check(f"overlays/{overlay}", build(overlay))
        except ValueError as error:
            print(f"manifests: overlays/{overlay}: {error}")
            wrong += 1
    for file, objects in examples().items():
        wrong += check(f"examples/{file}", objects)
    return int(wrong > 0)


def check(where: str, objects: tuple[Object, ...]) -> int:
    """Tell what is wrong with these objects, which kinds there are, and which of them nobody could check."""
    wrong: list[str] = []
    unchecked: list[str] = []
    kinds: Counter[str] = Counter()
    for each in objects:
        try:
            wrong += problems(each)
            kinds[each["kind"]] += 1
        except NoSchema as kind:
            unchecked.append(f"{each['metadata']['name']}, {kind}")
    for line in wrong:
        print(f"manifests: {where}: {line}")
    counted = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    versions = " and ".join(VERSIONS)
    print(f"manifests: {where}: {kinds.total()} objects, {len(wrong)} wrong for Kubernetes {versions}: {counted}")
    for each in unchecked:
        print(f"manifests: {where}: UNCHECKED, no schema is here: {each}")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
