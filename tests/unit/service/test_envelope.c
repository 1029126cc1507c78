// SPDX-License-Identifier: Apache-2.0
//
// Envelopes in, replies out, against bytes.
#include "support/check.h"

#include "service/contract.h"
#include "service/envelope.h"
#include "service/redact.h"
#include "service/reply.h"
#include "wire/writer.h"

static rowcall_status read(struct rc_buf *bytes, struct rc_envelope *ret, rowcall_error *err)
{
    static struct rc_arena arena;
    rc_arena_reset(&arena);
    *err = (rowcall_error){0};
    return rc_envelope_read(rc_buf_view(bytes), 3, &arena, ret, err);
}

static void put_call(struct rc_buf *bytes, const char *method)
{
    size_t mark = rc_wire_begin(bytes, RC_ENVELOPE_CALLS);
    rc_wire_put_text(bytes, RC_CALL_DATABASE, "shop");
    rc_wire_put_text(bytes, RC_CALL_METHOD, method);
    rc_wire_put_text(bytes, RC_CALL_REQUEST, "bytes");
    rc_wire_put_uint(bytes, RC_CALL_TIMEOUT_MS, 250);
    rc_wire_put_uint(bytes, RC_CALL_TIMINGS, 1);
    for (int i = 0; i < 2; i++) {
        size_t entry = rc_wire_begin(bytes, RC_CALL_METADATA);
        rc_wire_put_text(bytes, 1, i == 0 ? "trace" : "user");
        rc_wire_put_text(bytes, 2, i == 0 ? "t1" : "u2");
        rc_wire_end(bytes, entry);
    }
    rc_wire_end(bytes, mark);
}

static void test_envelope_is_read_in_place(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    struct rc_envelope envelope;
    rowcall_error err;
    put_call(&bytes, "Product/Count");
    rc_wire_put_text(&bytes, RC_ENVELOPE_TOKEN, "t0ken");
    put_call(&bytes, "Product/Exists");
    rc_wire_put_uint(&bytes, RC_ENVELOPE_ATOMIC, 1);
    ASSERT_OK(read(&bytes, &envelope, &err), err);
    assert_int_equal(envelope.call_count, 2);
    assert_true(envelope.atomic);
    assert_true(rc_view_is(envelope.token, "t0ken"));
    const struct rc_envelope_call *call = &envelope.calls[1];
    assert_true(rc_view_is(call->database, "shop"));
    assert_true(rc_view_is(call->method, "Product/Exists"));
    assert_true(rc_view_is(call->request, "bytes"));
    assert_int_equal(call->timeout_ms, 250);
    assert_true(call->timings);
    assert_true(call->request.data > bytes.data && call->request.data < bytes.data + bytes.len);
    char metadata[64];
    rc_envelope_metadata(call, metadata, sizeof(metadata));
    assert_string_equal(metadata, "trace=t1 user=u2");
    char cut[8];
    rc_envelope_metadata(call, cut, sizeof(cut));
    assert_string_equal(cut, "trace=t");
    rc_buf_fini(&bytes);
}

static void test_envelope_has_a_transaction_and_references(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    struct rc_envelope envelope;
    rowcall_error err;
    rc_wire_put_uint(&bytes, RC_ENVELOPE_ISOLATION_LEVEL, RC_ISOLATION_SERIALIZABLE);
    rc_wire_put_uint(&bytes, RC_ENVELOPE_READ_ONLY, 1);
    rc_wire_put_uint(&bytes, RC_ENVELOPE_MAX_RETRIES, 3);
    put_call(&bytes, "Product/Create");
    size_t mark = rc_wire_begin(&bytes, RC_ENVELOPE_CALLS);
    for (uint32_t i = 0; i < 2; i++) {
        size_t reference = rc_wire_begin(&bytes, RC_CALL_REFERENCES);
        rc_wire_put_uint(&bytes, RC_REFERENCE_CALL, i);
        rc_wire_put_text(&bytes, RC_REFERENCE_FROM, i == 0 ? "row.id" : "rows[1].id");
        rc_wire_put_text(&bytes, RC_REFERENCE_TO, i == 0 ? "data.a" : "data.b");
        rc_wire_end(&bytes, reference);
    }
    rc_wire_end(&bytes, mark);
    ASSERT_OK(read(&bytes, &envelope, &err), err);
    assert_int_equal(envelope.mode.isolation, RC_ISOLATION_SERIALIZABLE);
    assert_true(envelope.mode.read_only);
    assert_true(rc_transaction_mode_is_set(&envelope.mode));
    assert_string_equal(rc_transaction_mode_sql(&envelope.mode),
                        "begin isolation level serializable read only");
    assert_int_equal(envelope.max_retries, 3);
    assert_int_equal(envelope.calls[0].reference_count, 0);
    assert_int_equal(envelope.calls[1].reference_count, 2);
    const struct rc_envelope_reference *reference = &envelope.calls[1].references[1];
    assert_int_equal(reference->call, 1);
    assert_true(rc_view_is(reference->from, "rows[1].id"));
    assert_true(rc_view_is(reference->to, "data.b"));
    rc_wire_put_uint(&bytes, RC_ENVELOPE_ISOLATION_LEVEL, 3); // twice
    ASSERT_STATUS(read(&bytes, &envelope, &err), ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "isolation_level");
    rc_buf_clear(&bytes);
    put_call(&bytes, "Product/Create");
    rc_wire_put_uint(&bytes, RC_ENVELOPE_ISOLATION_LEVEL, 4); // none that there is
    ASSERT_STATUS(read(&bytes, &envelope, &err), ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "isolation_level");
    rc_buf_fini(&bytes);
}

static void test_envelope_refuses_what_is_none(void **state)
{
    (void)state;
    struct rc_buf bytes = {0};
    struct rc_envelope envelope;
    rowcall_error err;
    ASSERT_STATUS(read(&bytes, &envelope, &err), ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "no calls");
    rc_buf_append(&bytes, "\x0a\xff", 2);
    ASSERT_STATUS(read(&bytes, &envelope, &err), ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "the envelope");
    rc_buf_clear(&bytes);
    put_call(&bytes, "Product/Count");
    rc_wire_put_uint(&bytes, 99, 1);
    ASSERT_STATUS(read(&bytes, &envelope, &err), ROWCALL_INVALID_ARGUMENT);
    ASSERT_CONTAINS(err.message, "99");
    rc_buf_clear(&bytes);
    for (int i = 0; i < 4; i++) {
        put_call(&bytes, "Product/Count");
    }
    ASSERT_STATUS(read(&bytes, &envelope, &err), ROWCALL_RESOURCE_EXHAUSTED);
    ASSERT_CONTAINS(err.message, "4 calls");
    rc_buf_fini(&bytes);
}

static void test_reply_of_success_holds_the_response(void **state)
{
    (void)state;
    struct rc_buf out = {0};
    struct rc_reply reply;
    rc_reply_begin(&reply, &out);
    rc_wire_put_uint(&out, 1, 5);
    rc_reply_end(&reply, NULL);
    assert_int_equal(out.len, 6);
    assert_memory_equal(out.data, "\x0a\4\x12\2\x08\5", 6);
    rc_reply_begin(&reply, &out);
    rc_reply_end(&reply, &(struct rc_reply_timings){1, 2, 3});
    assert_memory_equal(out.data, "\x0a\x0a\x12\0\x1a\6\x08\1\x10\2\x18\3", 12);
    rc_buf_fini(&out);
}

static void test_reply_of_failure_drops_the_response(void **state)
{
    (void)state;
    struct rc_buf out = {.limit = 64};
    struct rc_reply reply;
    rowcall_error err = {.status = ROWCALL_NOT_FOUND,
                         .outcome = ROWCALL_OUTCOME_ROLLED_BACK,
                         .reason = "P2025",
                         .entity = "Tea",
                         .fields = "a,b",
                         .message = "no \xc3"}; // cut within a character
    rc_reply_begin(&reply, &out);
    (void)rc_buf_extend(&out, 100);
    assert_true(out.broken);
    rc_reply_fail(&reply, &err, NULL);
    static const char expected[] = "\x0a\x1d\x0a\x1b\x08\5\x12\5P2025\x1a\3no \x2a\3Tea"
                                   "\x32\1"
                                   "a\x32\1"
                                   "b\x40\2";
    assert_int_equal(out.len, sizeof(expected) - 1);
    assert_memory_equal(out.data, expected, sizeof(expected) - 1);
    rc_buf_fini(&out);
}

static void test_redact_hides_what_is_quoted(void **state)
{
    (void)state;
    char text[64];
    rc_redact("invalid input syntax for type uuid: \"a\"b\"", false, text, sizeof(text));
    assert_string_equal(text, "invalid input syntax for type uuid: \"...\"");
    rc_redact("value \"99\" is out of range for type integer", false, text, sizeof(text));
    assert_string_equal(text, "value \"...\" is out of range for type integer");
    rc_redact("broken \"off", false, text, sizeof(text));
    assert_string_equal(text, "broken \"...\"");
    rc_redact("value \"99\"", true, text, sizeof(text));
    assert_string_equal(text, "value \"99\"");
    rc_redact("deadlock detected", false, text, sizeof(text));
    assert_string_equal(text, "deadlock detected");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelope_is_read_in_place),
        cmocka_unit_test(test_envelope_has_a_transaction_and_references),
        cmocka_unit_test(test_envelope_refuses_what_is_none),
        cmocka_unit_test(test_reply_of_success_holds_the_response),
        cmocka_unit_test(test_reply_of_failure_drops_the_response),
        cmocka_unit_test(test_redact_hides_what_is_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
