/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/key_paper.h"

#include <ctype.h>
#include <string.h>

#define DIGITS 4 /* of a group, without its check */
#define KEY_DIGITS 52
#define ALL_DIGITS (KEY_PAPER_GROUPS * DIGITS)
#define EPOCH_MAX 999

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static unsigned twice(unsigned element)
{
    return (element << 1 ^ (element & 16 ? 0x25U : 0)) & 31;
}

static char check_of(const char *group, unsigned place)
{
    unsigned sum = place + 1;
    for (size_t i = 0; i < DIGITS; i++)
        sum = twice(sum ^ (unsigned)base32_value(group[i]));
    return digits[sum];
}

/* Ten bits that say whether key and epoch are these. */
static unsigned check_of_all(const struct key_paper *paper)
{
    uint8_t message[ROOT_KEY_SIZE + 4], digest[SHA256_SIZE];
    memcpy(message, paper->root, ROOT_KEY_SIZE);
    put_u32be(message + ROOT_KEY_SIZE, paper->epoch);
    sha256(message, sizeof message, digest);
    wipe(message, sizeof message);
    return (unsigned)digest[0] << 2 | digest[1] >> 6;
}

void key_paper_write(const struct key_paper *paper, char ret[static KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1])
{
    char all[ALL_DIGITS + 1];
    unsigned check = check_of_all(paper);
    base32_encode(paper->root, ROOT_KEY_SIZE, all);
    for (size_t i = 0; i < KEY_DIGITS; i++)
        all[i] = (char)toupper((unsigned char)all[i]);
    all[KEY_DIGITS] = digits[paper->epoch >> 5 & 31];
    all[KEY_DIGITS + 1] = digits[paper->epoch & 31];
    all[KEY_DIGITS + 2] = digits[check >> 5];
    all[KEY_DIGITS + 3] = digits[check & 31];
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++) {
        memcpy(ret[place], all + place * DIGITS, DIGITS);
        ret[place][DIGITS] = check_of(ret[place], place);
        ret[place][KEY_PAPER_GROUP] = '\0';
    }
    wipe(all, sizeof all);
}

bool key_paper_group_holds(const char *word, unsigned place)
{
    if (strlen(word) != KEY_PAPER_GROUP)
        return false;
    for (size_t i = 0; i < KEY_PAPER_GROUP; i++)
        if (base32_value(word[i]) < 0)
            return false;
    return base32_value(check_of(word, place)) == base32_value(word[DIGITS]);
}

bool key_paper_read(char groups[static KEY_PAPER_GROUPS][KEY_PAPER_GROUP + 1], struct key_paper *ret)
{
    char all[ALL_DIGITS];
    for (unsigned place = 0; place < KEY_PAPER_GROUPS; place++)
        memcpy(all + place * DIGITS, groups[place], DIGITS);
    bool good = base32_decode(all, KEY_DIGITS, ret->root, ROOT_KEY_SIZE);
    ret->epoch = (unsigned)(base32_value(all[KEY_DIGITS]) << 5 | base32_value(all[KEY_DIGITS + 1]));
    unsigned check = (unsigned)(base32_value(all[KEY_DIGITS + 2]) << 5 | base32_value(all[KEY_DIGITS + 3]));
    wipe(all, sizeof all);
    good = good && ret->epoch >= 1 && ret->epoch <= EPOCH_MAX && check == check_of_all(ret);
    if (!good)
        wipe(ret, sizeof *ret);
    return good;
}
