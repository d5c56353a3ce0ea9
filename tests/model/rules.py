# SPDX-License-Identifier: Apache-2.0
"""The rules of the sweep, each with the obvious alternative it replaces.

Every field is True in the product. A mutation test switches one off and must find a history that no longer
converges: a rule without such a history is not needed, or the model is too kind to show why it is.
"""
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Rules:
    # what the agent reads and says
    sweep: bool = True               # else: follow `changed` with a high-water cursor
    snapshot: bool = True            # else: a vanished row is a delete operation (tombstone)
    one_transaction: bool = True     # else: what was read is saved before the batch that says it
    read_twice: bool = True          # else: one read is believed about what is missing
    moved_is_vanished: bool = True   # else: a row that changed day only adjusts the sums of both days
    withheld_is_vanished: bool = True  # else: a row that may no longer leave keeps its last version in the warehouse
    dirty_until_end: bool = True     # else: a snapshot cut by a crash counts as sent
    seal_before_reading: bool = True  # else: rows wait in an open batch while others are read
    empty_days_stated: bool = True   # else: statements name only days that have records
    # series and queue
    lost_spool_dirties: bool = True  # else: a new series only
    erase_until_receipt: bool = True  # else: an erase is sent once
    erase_whole_person: bool = True  # else: the erase names one id of a merged person
    spool_checked: bool = True       # else: state and spool are not compared at start
    numbers_outlive: bool = True     # else: a gateway restored from a backup has forgotten series that the loader knows
    series_announced: bool = True    # else: its first batch to arrive, however late, gives a series its number
    superseded_refused: bool = True  # else: the gateway goes on accepting an older series
    gateway_numbers: bool = True     # else: the loader numbers a series when it first meets it
    # what the loader does
    version_is_seq: bool = True      # else: the wall clock of the batch
    floors: bool = True              # else: an end removes, and forgets
    end_waits: bool = True           # else: an end is applied as soon as it is read
    end_counts: bool = True          # else: it is not compared with what first..last brought, holes and all
    equal_fp_raises: bool = True     # else: an equal record is skipped altogether
    suppression_kept: bool = True    # else: an erase deletes, and forgets
    suppression_outlives: bool = True  # else: the suppression list is restored with the warehouse
    asked_anew: bool = True          # else: a day asked for is not asked again, and a restored warehouse reuses the ids
    reject_is_record: bool = True    # else: a rejected record leaves no trace but a count
    reject_retried: bool = True      # else: an equal fingerprint skips a record that an older loader rejected

    def without(self, name):
        return replace(self, **{name: False})

    @staticmethod
    def names():
        return [f.name for f in fields(Rules)]
