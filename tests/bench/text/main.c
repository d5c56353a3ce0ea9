/* SPDX-License-Identifier: Apache-2.0 */
/* contact-agent clean as a program of its own: what the scorer runs, without the rest of the agent. */
#include "agent/commands.h"

int main(int argc, char **argv)
{
    return cmd_clean(argc, argv);
}
