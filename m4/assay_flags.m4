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
dnl ASSAY_TRY_FORTIFY(LEVEL): add -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=LEVEL, both or neither: -U
dnl alone would take away what the user's flags, or a compiler that sets it by itself, have given.
dnl Tried in the order in which make writes the flags, CPPFLAGS, ours, CFLAGS: after a -D of the
dnl user's in CFLAGS the pair would be a second definition, and his stands. The header makes glibc
dnl warn where nothing is optimized and the calls cannot be fortified.
AC_DEFUN([ASSAY_TRY_FORTIFY], [
	assay_saved="$CFLAGS"
	assay_saved_cpp="$CPPFLAGS"
	assay_flag="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$1"
	CFLAGS="$CPPFLAGS $assay_flag $CFLAGS -Werror"
	CPPFLAGS=
	AC_MSG_CHECKING([whether $CC takes $assay_flag])
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([@%:@include <string.h>
@%:@if _FORTIFY_SOURCE < $1
@%:@error "other flags count more"
@%:@endif], [])],
		[AC_MSG_RESULT([yes]); ASSAY_CFLAGS="$ASSAY_CFLAGS $assay_flag"],
		[AC_MSG_RESULT([no])])
	CFLAGS="$assay_saved"
	CPPFLAGS="$assay_saved_cpp"
])
