/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DEFS_H
#define BASE_DEFS_H
/*
 * The few words that C lacks: attributes, array length, and owners that clean up.
 *
 * AUTO(fn) names the function that runs when the variable leaves its scope, so nothing is
 * hidden. DEFINE_AUTO(type, fn) makes it fit, once per type. TAKE(p) yields the pointer and
 * leaves NULL behind: the only way to hand an AUTO variable over.
 */
#include <stddef.h>

/* Built with the address sanitizer, of gcc or of clang? */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ATTR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define ATTR_NORETURN __attribute__((noreturn))
#define ATTR_UNUSED __attribute__((unused))
#define ATTR_CHECK __attribute__((warn_unused_result))

#define AUTO(fn) __attribute__((cleanup(fn##_auto)))
#define DEFINE_AUTO(type, fn)                                                             \
	static inline ATTR_UNUSED void fn##_auto(type **p)                                \
	{                                                                                 \
		if (*p != NULL)                                                           \
			fn(*p);                                                           \
	}

#define TAKE(p)                                                                           \
	__extension__({                                                                   \
		__typeof__(p) taken_ = (p);                                               \
		(p) = NULL;                                                               \
		taken_;                                                                   \
	})

#endif
