/* SPDX-License-Identifier: Apache-2.0 */
#include "contact/crypto.h"
#include "contact/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_hex(const uint8_t *data, size_t len, const char *hex)
{
    char text[256];
    hex_encode(data, len, text);
    assert_string_equal(text, hex);
}

/* RFC 4231, test case 2; FIPS 180-2's "abc". */
static void digests_match_published_vectors(void **state)
{
    (void)state;
    uint8_t out[32];
    sha256("abc", 3, out);
    assert_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct hmac *h = hmac_new((const uint8_t *)"Jefe", 4);
    for (int again = 0; again < 3; again++) {
        hmac_add(h, "what do ya want ", 16);
        hmac_add(h, "for nothing?", 12);
        hmac_end(h, out);
        assert_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
    hmac_free(h);
}

/* RFC 5869, test case 1, first 32 bytes. */
static void hkdf_matches_its_vector(void **state)
{
    (void)state;
    uint8_t ikm[22], salt[13], info[10], out[32];
    memset(ikm, 0x0b, sizeof ikm);
    for (uint8_t i = 0; i < sizeof salt; i++)
        salt[i] = i;
    for (uint8_t i = 0; i < sizeof info; i++)
        info[i] = (uint8_t)(0xf0 + i);
    hkdf_sha256(ikm, sizeof ikm, salt, sizeof salt, info, sizeof info, out, sizeof out);
    assert_hex(out, 32, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

static void a_token_reads_back_only_in_its_one_form(void **state)
{
    (void)state;
    uint8_t token[TOKEN_SIZE], back[TOKEN_SIZE];
    assert_true(hex_decode("6133ac4a9114cfe7f9d103db7f4a3f9a", 32, token, sizeof token));
    char text[TOKEN_TEXT], letter;
    unsigned epoch;
    token_format('p', 1, token, text);
    assert_string_equal(text, "p1.316ep4n48mszkzkm83vdzmmfwt"); /* DESIGN 6.3 */
    assert_true(token_parse(text, strlen(text), &letter, &epoch, back));
    assert_int_equal(letter, 'p');
    assert_int_equal(epoch, 1);
    assert_memory_equal(token, back, sizeof token);
    text[4] = (char)(text[4] - 'a' + 'A');
    if (text[4] >= 'A' && text[4] <= 'Z')
        assert_false(token_parse(text, strlen(text), &letter, &epoch, back));
    assert_false(token_parse("p01.00000000000000000000000000", 30, &letter, &epoch, back));
    assert_false(token_parse("p0.00000000000000000000000000", 29, &letter, &epoch, back));
    assert_false(token_parse("p1.0000000000000000000000000", 28, &letter, &epoch, back));
    assert_false(token_parse("p1.80000000000000000000000000", 29, &letter, &epoch, back)); /* over 128 bits */
    assert_false(token_parse("", 0, &letter, &epoch, back));
}

static void base32_survives_hand_copying(void **state)
{
    (void)state;
    uint8_t bytes[32], back[32];
    random_bytes(bytes, sizeof bytes);
    char text[53];
    base32_encode(bytes, sizeof bytes, text);
    assert_int_equal(strlen(text), 52);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '0' ? 'O' : *c == '1' ? 'l' : *c;
    assert_true(base32_decode(text, 52, back, sizeof back));
    assert_memory_equal(bytes, back, sizeof bytes);
    text[3] = 'u';
    assert_false(base32_decode(text, 52, back, sizeof back));
}

/* RFC 4648, section 10. */
static void base64_reads_what_it_writes_and_nothing_else(void **state)
{
    (void)state;
    static const char *const texts[] = {"Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t len = 1; len <= 6; len++) {
        BUF_CLEANUP struct buf text = BUF_INIT(8), back = BUF_INIT(8);
        buf_base64(&text, "foobar", len);
        assert_string_equal(buf_text(&text), texts[len - 1]);
        assert_true(base64_decode(buf_text(&text), text.len, &back));
        assert_int_equal(back.len, len);
        assert_memory_equal(back.data, "foobar", len);
    }
    BUF_CLEANUP struct buf back = BUF_INIT(64);
    static const char folded[] = " Zm\r\n9v\n";
    assert_true(base64_decode(folded, sizeof folded - 1, &back));
    assert_memory_equal(back.data, "foo", 3);
    static const char *const bad[] = {"", " ", "Zg", "Zg=", "Zm9v-", "Zm9v----", "Zm9_", "Zm9v\xc2\xa0=="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(base64_decode(bad[i], strlen(bad[i]), &back));
    assert_int_equal(back.len, 3);
}

static void a_tally_forgets_the_order_and_undoes_itself(void **state)
{
    (void)state;
    uint8_t prints[50][SHORT_SIZE];
    random_bytes(prints, sizeof prints);
    memset(prints[0], 0xff, SHORT_SIZE); /* carries through every byte */
    struct tally up = {0}, down = {0}, empty = {0};
    for (int i = 0; i < 50; i++)
        tally_add(&up, prints[i]);
    for (int i = 49; i >= 0; i--)
        tally_add(&down, prints[i]);
    assert_true(tally_equal(&up, &down));
    for (int i = 0; i < 50; i++)
        tally_sub(&up, prints[(i * 7) % 50]);
    assert_true(tally_equal(&up, &empty));
    assert_false(tally_equal(&down, &empty));
}

static void random_below_reaches_every_value_and_no_other(void **state)
{
    (void)state;
    unsigned seen[7] = {0};
    for (int i = 0; i < 2000; i++) {
        uint32_t value = random_below(7);
        assert_in_range(value, 0, 6);
        seen[value]++;
    }
    for (int i = 0; i < 7; i++)
        assert_true(seen[i] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_match_published_vectors),
        cmocka_unit_test(hkdf_matches_its_vector),
        cmocka_unit_test(a_token_reads_back_only_in_its_one_form),
        cmocka_unit_test(base32_survives_hand_copying),
        cmocka_unit_test(base64_reads_what_it_writes_and_nothing_else),
        cmocka_unit_test(a_tally_forgets_the_order_and_undoes_itself),
        cmocka_unit_test(random_below_reaches_every_value_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
