// SPDX-License-Identifier: Apache-2.0
//
// The mistakes that an evaluator can be told to make, one line each: name, and what is wrong.
// Each is one that a server could well make.
#ifndef RC_TESTS_DIFFERENTIAL_MISTAKE_H
#define RC_TESTS_DIFFERENTIAL_MISTAKE_H

#define MISTAKES(X)                                                                            \
    X(NOT_OF_UNKNOWN, "not of a comparison with NULL holds")                                   \
    X(NOT_EQUALS_NULL, "NULL is other than a value")                                           \
    X(NOT_NEEDS_ALL, "a list of not fails only where all of it holds")                         \
    X(EMPTY_IN, "an empty in list matches")                                                    \
    X(EMPTY_OR, "an empty or matches")                                                         \
    X(LAST_AND_WINS, "of several and members only the last counts")                            \
    X(WILDCARDS, "% in contains is a wildcard")                                                \
    X(CASE_MATTERS, "insensitive is ignored")                                                  \
    X(LESS_OR_EQUAL, "lte is lt")                                                              \
    X(EMPTY_LIST_IS_NULL, "is_empty holds for NULL")                                           \
    X(HAS_EVERY_IS_SOME, "has_every is has_some")                                              \
    X(IS_MATCHES_NONE, "is {} holds without a related record")                                 \
    X(IS_NOT_NEEDS_ONE, "is_not fails without a related record")                               \
    X(SOME_IS_ANY, "some looks only at whether there are related records")                     \
    X(EVERY_NEEDS_ONE, "every fails without related records")                                  \
    X(NONE_IS_NOT_EVERY, "none fails only where every holds")                                  \
    X(HALF_A_KEY, "only the first column of a composite foreign key is looked at")             \
    X(NULLS_ALWAYS_LAST, "NULLs come last when descending, too")                               \
    X(NULLS_PLACE_IGNORED, "nulls first and last are ignored")                                 \
    X(ONE_CRITERION, "only the first order criterion counts")                                  \
    X(COUNT_ORDER_ASCENDS, "an order by a count ignores its direction")                        \
    X(HOP_ORDER_IGNORED, "an order by a related record's column is ignored")                   \
    X(CURSOR_EXCLUDED, "a page begins behind its cursor")                                      \
    X(CURSOR_FILTERED, "without its record matching where, a cursor's page is empty")          \
    X(CURSOR_IGNORED, "a cursor of no record is ignored")                                      \
    X(TAKE_FROM_START, "a negative take is a positive one")                                    \
    X(TAKE_LEAVES_REVERSED, "a negative take answers in reverse order")                        \
    X(SKIP_BEHIND_TAKE, "skip applies to what was taken")                                      \
    X(DISTINCT_LAST, "distinct keeps the last of each combination")                            \
    X(DISTINCT_BEHIND_PAGE, "distinct applies to what was taken")                              \
    X(DISTINCT_NULLS, "distinct tells NULLs apart")                                            \
    X(TOTAL_OF_PAGE, "the total counts the page")                                              \
    X(FALSE_SELECTS, "false in a select names the column")                                     \
    X(NESTED_WHERE_IGNORED, "a nested list ignores its where")                                 \
    X(NESTED_TAKE_IGNORED, "a nested list ignores take")                                       \
    X(COUNT_WHERE_IGNORED, "counts ignore their where")

#define MISTAKE_NAME(name, text) MISTAKE_##name,
enum mistake { MISTAKE_NONE, MISTAKES(MISTAKE_NAME) MISTAKE_COUNT };
#undef MISTAKE_NAME

#endif
