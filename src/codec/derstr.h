/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CODEC_DERSTR_H
#define CODEC_DERSTR_H
/*
 * The string types of ASN.1 (X.680 section 41) as they stand in names: which octets each may hold,
 * and the small grammars of names of hosts, mailboxes and resources in certificates.
 *
 * These checks are those of the Notary Project's verifier: what it refuses is refused, so that no
 * certificate passes here that fails there. They are a little wider than X.680: "*" and "&" may
 * stand in a PrintableString, and any octet in a T61String.
 */
#include "codec/der.h"

/* "PrintableString"; NULL: no string type that a name may have. */
const char *derstr_name(uint8_t tag);
/* Are all octets of the type? If not, *at is where the first wrong one stands in the content. */
bool derstr_ok(const struct der *d, size_t *at);

/* Octets below 80 (IA5String), where the tag does not say the type. */
bool derstr_ia5(struct bytes text, size_t *at);
/*
 * Labels of visible octets with one dot between them. Empty is fine; `constraint`: a dot may lead
 * (RFC 5280 section 4.2.1.10).
 */
bool derstr_domain(struct str text, bool constraint);
/* Dot-atom "@" domain (RFC 5321 section 4.1.2); the quoted form is refused. */
bool derstr_mailbox(struct str text);
/* An IP address as text, version 4 or 6. */
bool derstr_address(struct str text);
/* URI reference (RFC 3986) whose host, if any, is a domain or an IPv6 address in brackets. */
bool derstr_uri(struct str text);
/* The host of such a URI: empty if it has none. With the port, if there is one. */
struct str derstr_uri_host(struct str uri);

#endif
