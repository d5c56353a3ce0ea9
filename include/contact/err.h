/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, classed by what the caller must do about them. */
#ifndef CONTACT_ERR_H
#define CONTACT_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))

enum err_code {
    OK = 0,
    ERR_RETRY,    /* passing: try again later, nothing is wrong with the input */
    ERR_REJECTED, /* this one item can never succeed: set it aside, go on */
    ERR_AUTH,     /* the other side does not accept who we are */
    ERR_CONFIG,   /* a person must change a file or an option */
    ERR_CORRUPT,  /* stored data fails its check: set it aside, rebuild */
    ERR_FULL,     /* no room: pause until there is some */
    ERR_INTERNAL, /* a defect, or the machine fails (no memory, no entropy) */
};

/* One failure. The message says what happened and where, the hint what to type or change; neither ever
 * holds a row's value or a driver's message (which quotes them). */
struct err {
    enum err_code code;
    const char *refusal; /* why a batch is refused, as the protocol calls it; else NULL */
    char message[256];
    char hint[256];
};

/* Fills *err (may be NULL), empties its hint, and returns code, so that a failure is one line. */
enum err_code err_set(struct err *err, enum err_code code, const char *format, ...) PRINTF(3, 4);
/* ERR_REJECTED with this code, a literal, as refusal and as message: no language changes it. */
enum err_code err_refuse(struct err *err, const char *refusal);
/* Adds the hint to an error already set; returns its code (ERR_INTERNAL when err is NULL). */
enum err_code err_hint(struct err *err, const char *format, ...) PRINTF(2, 3);
/* The enumerated name that a heartbeat or JSON may carry: "retry", "config"… */
const char *err_name(enum err_code code);
/* Exit status of a command that ends with this code; listed in contact-agent(1): 0 ok, 75 retry,
 * 65 rejected, 77 auth, 78 config, 74 corrupt, 73 full, 70 internal (sysexits(3)). */
int err_exit_status(enum err_code code);

#endif
