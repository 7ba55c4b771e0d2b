dnl SPDX-License-Identifier: Apache-2.0
dnl ASSAY_TRY_CFLAGS(FLAGS), ASSAY_TRY_LDFLAGS(FLAGS): add each flag that the compiler takes to
dnl ASSAY_CFLAGS or ASSAY_LDFLAGS. The user's own CFLAGS and LDFLAGS stay his.
AC_DEFUN([ASSAY_TRY_CFLAGS], [
	for assay_flag in $1; do
		assay_saved="$CFLAGS"
		CFLAGS="$CFLAGS -Werror $assay_flag"
		AC_MSG_CHECKING([whether $CC takes $assay_flag])
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
			[AC_MSG_RESULT([yes]); ASSAY_CFLAGS="$ASSAY_CFLAGS $assay_flag"],
			[AC_MSG_RESULT([no])])
		CFLAGS="$assay_saved"
	done
])
AC_DEFUN([ASSAY_TRY_LDFLAGS], [
	for assay_flag in $1; do
		assay_saved="$LDFLAGS"
		LDFLAGS="$LDFLAGS $assay_flag"
		AC_MSG_CHECKING([whether the linker takes $assay_flag])
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
			[AC_MSG_RESULT([yes]); ASSAY_LDFLAGS="$ASSAY_LDFLAGS $assay_flag"],
			[AC_MSG_RESULT([no])])
		LDFLAGS="$assay_saved"
	done
])
