/* SPDX-License-Identifier: Apache-2.0 */
/* What both ends of the wire must spell alike (docs/protocol.md). */
#ifndef CONTACT_PROTOCOL_H
#define CONTACT_PROTOCOL_H

/* On every answer of ours, errors included: what lacks it comes from a proxy in between. */
#define PROTOCOL_MARKER_HEADER "Contact-Gateway"
#define PROTOCOL_MARKER_VALUE "1"
#define PROTOCOL_PATH_BATCH "/v1/sites/%s/batches/%s/%llu"
#define PROTOCOL_PATH_WATERMARK "/v1/sites/%s/batches/%s"
#define PROTOCOL_PATH_HEARTBEAT "/v1/sites/%s/heartbeat"
#define PROTOCOL_PATH_SEAL "/v1/sites/%s/seal-certificate"
#define PROTOCOL_PATH_CACERTS "/.well-known/est/cacerts"
#define PROTOCOL_PATH_ENROLL "/.well-known/est/simpleenroll"
#define PROTOCOL_PATH_REENROLL "/.well-known/est/simplereenroll"
#define PROTOCOL_TYPE_BATCH "application/cms"
#define PROTOCOL_HEARTBEAT_MAX 4096          /* bytes of JSON */
#define PROTOCOL_HEARTBEAT_ANSWER_MAX 262144 /* bytes of JSON */

#endif
