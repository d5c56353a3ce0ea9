/* SPDX-License-Identifier: Apache-2.0 */
/* Labels of codes: for how many patients each code was sent, which label of it a person agreed to, and which
 * was sent. Codes are tokens, labels hashes: no text of the database stands here. */
#ifndef AGENT_STATE_LABELS_H
#define AGENT_STATE_LABELS_H

#include "agent/state/state.h"
#include "contact/crypto.h"

#define LABEL_PATIENTS 11 /* a code seen for fewer keeps its label on site (DESIGN 6.1) */

/* The code was sent for a patient. No more than LABEL_PATIENTS are remembered. */
void label_seen(struct state *state, const uint8_t code[static TOKEN_SIZE],
                const uint8_t patient[static TOKEN_SIZE]);
unsigned label_patients(struct state *state, const uint8_t code[static TOKEN_SIZE]);
/* Every patient that a code counts, perhaps more than once. */
void label_each_patient(struct state *state,
                        void (*each)(void *context, const uint8_t patient[static TOKEN_SIZE]), void *context);
/* The patient is erased, or merged with another: no code counts them any more. */
void label_forget_patient(struct state *state, const uint8_t patient[static TOKEN_SIZE]);

enum label_mark { LABEL_AGREED, LABEL_SENT };
void label_mark(struct state *state, const uint8_t code[static TOKEN_SIZE], enum label_mark mark,
                const uint8_t hash[static SHORT_SIZE]);
/* Is this the label that was so marked last? */
bool label_is(struct state *state, const uint8_t code[static TOKEN_SIZE], enum label_mark mark,
              const uint8_t hash[static SHORT_SIZE]);

#endif
