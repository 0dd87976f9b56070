//! What is true: the contract's section 3, a module a rule. (Rule 7, that two writers lose
//! nothing of each other, is the store's to keep; what it needs of this crate is here.)

#![cfg(test)]

mod given;
mod rule_1_a_start_survives_every_later_write;
mod rule_2_what_is_final_stays_final;
mod rule_3_a_failed_agent_makes_the_session_failed;
mod rule_4_unknown_is_not_zero;
mod rule_5_totals_are_the_sum_of_the_parts;
mod rule_6_durations_keep_milliseconds;
mod rule_7_two_writers_lose_nothing_of_each_other;
mod rule_8_who_ran_is_tracked_and_who_was_not_needed_is_skipped;
mod writing_is_strict;
