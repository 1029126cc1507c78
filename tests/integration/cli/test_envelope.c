// SPDX-License-Identifier: Apache-2.0
//
// Envelopes of the shell: what is written reads back, and a reply that is none is refused
// whatever its bytes.
#include "support/check.h"

#include "bin/envelope.h"
#include "service/contract.h"
#include "service/envelope.h"
#include "wire/message.h"
#include "wire/writer.h"

#include <stdlib.h>

static void test_envelope_call_is_what_the_server_accepts(void **state)
{
    (void)state;
    struct rc_buf envelope = {0};
    rowcall_error err = {0};
    rc_shell_call_write(&(struct rc_shell_call){.database = "shop",
                                                .method = "Ware/Count",
                                                .token = "secret",
                                                .request = {"\x08\x01", 2},
                                                .timeout_ms = 1500,
                                                .timings = true},
                        &envelope);
    ASSERT_OK(rc_wire_check(&rc_contract_request_envelope, rc_buf_view(&envelope), NULL, &err),
              err);
    static const char expected[] = "\x0a\x1b\x0a\x04shop\x12\x0aWare/Count\x1a\x02\x08\x01"
                                   "\x20\xdc\x0b\x40\x01\x1a\x06secret";
    assert_int_equal(envelope.len, sizeof expected - 1);
    assert_memory_equal(envelope.data, expected, sizeof expected - 1);
    rc_buf_fini(&envelope);
}

static void test_envelope_batch_is_what_the_server_accepts(void **state)
{
    (void)state;
    static const struct rc_shell_call calls[] = {
        {.database = "shop", .method = "Ware/Create", .token = "secret"},
        {.database = "shop", .method = "Ware/Update"},
    };
    static const struct rc_shell_reference reference = {1, "key.id", 0, "row.id"};
    struct rc_buf envelope = {0};
    struct rc_arena arena = {0};
    struct rc_envelope read;
    rowcall_error err = {0};
    rc_shell_batch_write(&(struct rc_shell_batch){.calls = calls,
                                                  .count = 2,
                                                  .references = &reference,
                                                  .reference_count = 1,
                                                  .atomic = true,
                                                  .isolation = RC_ISOLATION_SERIALIZABLE,
                                                  .read_only = true,
                                                  .max_retries = 4},
                         &envelope);
    ASSERT_OK(rc_envelope_read(rc_buf_view(&envelope), 10, &arena, &read, &err), err);
    assert_true(read.atomic);
    assert_int_equal(read.mode.isolation, RC_ISOLATION_SERIALIZABLE);
    assert_true(read.mode.read_only);
    assert_int_equal(read.max_retries, 4);
    assert_true(rc_view_is(read.token, "secret"));
    assert_int_equal(read.call_count, 2);
    assert_int_equal(read.calls[0].reference_count, 0);
    assert_int_equal(read.calls[1].reference_count, 1);
    assert_int_equal(read.calls[1].references[0].call, 0);
    assert_true(rc_view_is(read.calls[1].references[0].from, "row.id"));
    assert_true(rc_view_is(read.calls[1].references[0].to, "key.id"));
    rc_arena_fini(&arena);
    rc_buf_fini(&envelope);
}

// A reply envelope around the bytes of one Status.
static void wrap_status(struct rc_view status, struct rc_buf *ret_envelope)
{
    size_t reply = rc_wire_begin(ret_envelope, RC_REPLY_ENVELOPE_REPLIES);
    rc_wire_put_bytes(ret_envelope, RC_REPLY_STATUS, status);
    size_t timings = rc_wire_begin(ret_envelope, RC_REPLY_TIMINGS);
    rc_wire_put_uint(ret_envelope, RC_TIMINGS_TOTAL_US, 300);
    rc_wire_end(ret_envelope, timings);
    rc_wire_end(ret_envelope, reply);
}

static const rowcall_error failure = {.status = ROWCALL_ALREADY_EXISTS,
                                      .outcome = ROWCALL_OUTCOME_ROLLED_BACK,
                                      .reason = "P2002",
                                      .sqlstate = "23505",
                                      .entity = "Ware",
                                      .fields = "name,kind",
                                      .constraint = "wares_name_kind_key",
                                      .message = "it is there"};

static void test_envelope_failure_reads_back(void **state)
{
    (void)state;
    struct rc_buf status = {0};
    struct rc_buf envelope = {0};
    struct rc_shell_answer answer;
    rowcall_error err = {0};
    rc_shell_status_write(&failure, &status);
    wrap_status(rc_buf_view(&status), &envelope);
    ASSERT_OK(rc_shell_answer_read(rc_buf_view(&envelope), &answer, &err), err);
    ASSERT_STATUS(answer.error.status, failure.status);
    assert_int_equal(answer.error.outcome, failure.outcome);
    assert_string_equal(answer.error.reason, failure.reason);
    assert_string_equal(answer.error.sqlstate, failure.sqlstate);
    assert_string_equal(answer.error.entity, failure.entity);
    assert_string_equal(answer.error.fields, failure.fields);
    assert_string_equal(answer.error.constraint, failure.constraint);
    assert_string_equal(answer.error.message, failure.message);
    assert_true(answer.has_timings);
    assert_int_equal(answer.total_us, 300);
    rc_buf_fini(&status);
    rc_buf_fini(&envelope);
}

// A newer server's code must not be taken for success when it is cut to an int.
static void test_envelope_unknown_codes_are_failures(void **state)
{
    (void)state;
    static const uint64_t codes[] = {17, UINT64_C(1) << 32, UINT64_MAX};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct rc_buf status = {0};
        struct rc_buf envelope = {0};
        struct rc_shell_answer answer;
        rowcall_error err = {0};
        rc_wire_put_uint(&status, RC_STATUS_CODE, codes[i]);
        rc_wire_put_uint(&status, RC_STATUS_OUTCOME, codes[i]);
        wrap_status(rc_buf_view(&status), &envelope);
        ASSERT_OK(rc_shell_answer_read(rc_buf_view(&envelope), &answer, &err), err);
        ASSERT_STATUS(answer.error.status, ROWCALL_UNKNOWN);
        assert_int_equal(answer.error.outcome, ROWCALL_OUTCOME_UNKNOWN);
        rc_buf_fini(&status);
        rc_buf_fini(&envelope);
    }
}

static void refuse(const char *bytes, size_t len)
{
    struct rc_shell_answer answer;
    rowcall_error err = {0};
    ASSERT_STATUS(rc_shell_answer_read((struct rc_view){bytes, len}, &answer, &err),
                  ROWCALL_INTERNAL);
    ASSERT_CONTAINS(err.message, "not a reply envelope");
}

#define REFUSE(text) refuse((text), sizeof(text) - 1)

static void test_envelope_refuses_what_is_no_reply(void **state)
{
    (void)state;
    REFUSE("");                         // no reply at all
    REFUSE("hello");                    // no protobuf
    REFUSE("\x0a\x00\x0a\x00");         // two of them
    REFUSE("\x08\x01");                 // a number for the replies
    REFUSE("\x0a\x02\x08\x01");         // a number for the status
    REFUSE("\x0a\x02\x10\x01");         // a number for the response
    REFUSE("\x0a\x04\x0a\x02\x10\x01"); // a number for the status's reason
    REFUSE("\x0a\x04\x0a\x02\x0a\x00"); // a text for the status's code
    REFUSE("\x0a\x04\x1a\x02\x0a\x00"); // a text for a time
}

static void test_envelope_refuses_every_part_of_a_reply(void **state)
{
    (void)state;
    struct rc_buf status = {0};
    struct rc_buf envelope = {0};
    rc_shell_status_write(&failure, &status);
    wrap_status(rc_buf_view(&status), &envelope);
    for (size_t len = 0; len < envelope.len; len++) {
        char *part = malloc(len + 1); // of exactly this size, for the address sanitizer
        assert_non_null(part);
        memcpy(part, envelope.data, len);
        refuse(part, len);
        free(part);
    }
    rc_buf_fini(&status);
    rc_buf_fini(&envelope);
}

static void test_envelope_answers_are_as_many_as_calls(void **state)
{
    (void)state;
    struct rc_buf status = {0};
    struct rc_buf envelope = {0};
    struct rc_shell_answer answers[2];
    rowcall_error err = {0};
    rc_shell_status_write(&failure, &status);
    wrap_status(rc_buf_view(&status), &envelope);
    ASSERT_OK(rc_shell_answers_read(rc_buf_view(&envelope), answers, 2, &err), err);
    ASSERT_STATUS(answers[1].error.status, ROWCALL_ALREADY_EXISTS); // refused as a whole
    wrap_status(rc_buf_view(&status), &envelope);
    ASSERT_OK(rc_shell_answers_read(rc_buf_view(&envelope), answers, 2, &err), err);
    wrap_status(rc_buf_view(&status), &envelope);
    ASSERT_STATUS(rc_shell_answers_read(rc_buf_view(&envelope), answers, 2, &err),
                  ROWCALL_INTERNAL);
    rc_buf_fini(&status);
    rc_buf_fini(&envelope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelope_call_is_what_the_server_accepts),
        cmocka_unit_test(test_envelope_batch_is_what_the_server_accepts),
        cmocka_unit_test(test_envelope_answers_are_as_many_as_calls),
        cmocka_unit_test(test_envelope_failure_reads_back),
        cmocka_unit_test(test_envelope_unknown_codes_are_failures),
        cmocka_unit_test(test_envelope_refuses_what_is_no_reply),
        cmocka_unit_test(test_envelope_refuses_every_part_of_a_reply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
