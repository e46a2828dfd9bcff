"""Guarantees of events: what is read, and what is refused."""

from tests.mutants.mutant import Mutant
from tests.mutants.places import (
    DECODE,
    RELEASED,
    UNIT_OF_WORK,
    WORDS_OF_REFUSAL,
)

MUTANTS = (
    Mutant(
        "events are taken from their own sender alone",
        "events/decode.py",
        "if not known.allows(source):",
        "if False:",
        f"{DECODE}::test_an_event_of_ours_is_taken_from_its_sender_alone_and_with_its_number",
        quick=True,
    ),
    Mutant(
        "seconds are not taken for milliseconds",
        "events/decode.py",
        "if abs(value) < LEAST_MILLISECONDS:",
        "if False:",
        f"{WORDS_OF_REFUSAL}::test_a_wrong_value_is_shown",
    ),
    Mutant(
        "an attribute that is null counts as left out",
        "events/content_modes.py",
        "for name, value in attributes.items() if value is not None}",
        "for name, value in attributes.items()}",
        f"{DECODE}::test_an_attribute_that_is_null_counts_as_left_out",
    ),
    Mutant(
        "lines are counted before each is looked at",
        "events/schema.py",
        'len(values["lines"]) > MAX_LINES',
        "False",
        f"{DECODE}::test_lines_without_end_are_refused_before_each_is_looked_at",
    ),
    Mutant(
        "whatever an attribute is, a message is read or refused",
        "events/decode.py",
        " in [\n        event.subject,\n        str(data.get(event.subject_field, event.subject)),\n    ]\n",
        " in {\n        event.subject,\n        str(data.get(event.subject_field, event.subject)),\n    }\n",
        "tests/contract/test_decode_anything.py::test_any_bent_event_is_read_or_refused",
    ),
    Mutant(
        "what breaks its schema does not leave",
        "events/envelope.py",
        "if errors := schema.validate(data):",
        "if errors := {}:",
        f"{UNIT_OF_WORK}::test_a_change_whose_event_breaks_its_schema_is_not_committed",
        quick=True,
    ),
    Mutant(
        "what an older version can't say does not leave in it",
        "events/upcasting.py",
        "        each.schema.load(data)\n",
        "",
        "tests/contract/test_older_versions.py::test_what_an_older_version_could_not_say_is_not_told",
    ),
    Mutant(
        "an older version is held to its own schema",
        "events/upcasting.py",
        "each.schema.dump(each.schema.load(data))",
        "data",
        "tests/contract/test_older_versions.py::test_data_that_are_not_of_their_own_version_are_refused_with_its_field",
    ),
    Mutant(
        "who listens is bound to every version",
        "events/catalogue.py",
        "for event_type in entry.types)",
        "for event_type in entry.types[:1])",
        "tests/contract/test_older_versions.py::test_who_listens_is_bound_to_every_version",
    ),
    Mutant(
        "a schema tells what is taken",
        "events/fields.py",
        "or not UUID_TEXT.match(value)",
        "",
        "tests/contract/test_schemas_agree.py::test_what_one_takes_the_other_allows[order.cancelled.v1]",
    ),
    Mutant(
        "what was released is read for ever",
        "events/schema.py",
        "    makes = ProductListed\n",
        '    makes = ProductListed\n    colour = sku("New.")\n',
        f"{RELEASED}::test_what_a_release_showed_is_read_for_ever",
    ),
    Mutant(
        "an optional field that has no value is not sent",
        "events/schema.py",
        " if value is not None}",
        "}",
        "tests/contract/test_events_on_the_wire.py::test_an_optional_field_that_has_no_value_is_not_sent",
    ),
)
