// SPDX-License-Identifier: Apache-2.0
//
// protoc-gen-rowcall: the protoc plugin that makes C of API protos (codegen/plugin.h). Reads a
// request on standard input, writes the response on standard output. PROTOC_GEN_C names another
// protoc-gen-c than the one in PATH.
#include "codegen/plugin.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    struct rc_buf request = {0};
    struct rc_buf response = {0};
    rowcall_error err = {0};
    const char *protoc_gen_c = getenv("PROTOC_GEN_C");
    char block[65536];
    size_t len;
    while ((len = fread(block, 1, sizeof(block), stdin)) > 0) {
        rc_buf_append(&request, block, len);
    }
    rowcall_status st = rc_buf_status(&request, &err);
    if (st == ROWCALL_OK) {
        st = rc_codegen_plugin(rc_buf_view(&request),
                               protoc_gen_c ? protoc_gen_c : "protoc-gen-c", &response, &err);
    }
    if (st == ROWCALL_OK && (fwrite(response.data, 1, response.len, stdout) != response.len ||
                             fflush(stdout) != 0)) {
        st = ROWCALL_UNAVAILABLE;
        perror("protoc-gen-rowcall: standard output");
    } else if (st != ROWCALL_OK) {
        fprintf(stderr, "protoc-gen-rowcall: %s\n", err.message);
    }
    rc_buf_fini(&request);
    rc_buf_fini(&response);
    return st == ROWCALL_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
