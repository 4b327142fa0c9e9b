/*
 * Stack switching for AArch64.
 *
 * A saved context, from its stack pointer upwards:
 *
 *     0  x29 x30   x19 x20   x21 x22   x23 x24   x25 x26   x27 x28
 *    96  d8  d9    d10 d11   d12 d13   d14 d15
 *   160  fpcr: rounding mode and the like; 8 bytes of nothing, since sp is a multiple of 16
 *   176
 *
 * The frame looks the same before and after the exchange of sp, so one description of it (CFI) is
 * right throughout.  "hint" 34 and 36 are the landing pads bti c and bti j, which older processors
 * and assemblers take for nothing.
 */

	.text

	.globl	context_switch
	.hidden	context_switch
	.type	context_switch, %function
	.p2align 4
context_switch:
	.cfi_startproc
	hint	#34
	sub	sp, sp, #176
	.cfi_adjust_cfa_offset 176
	stp	x29, x30, [sp, #0]
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	stp	x19, x20, [sp, #16]
	.cfi_rel_offset x19, 16
	.cfi_rel_offset x20, 24
	stp	x21, x22, [sp, #32]
	.cfi_rel_offset x21, 32
	.cfi_rel_offset x22, 40
	stp	x23, x24, [sp, #48]
	.cfi_rel_offset x23, 48
	.cfi_rel_offset x24, 56
	stp	x25, x26, [sp, #64]
	.cfi_rel_offset x25, 64
	.cfi_rel_offset x26, 72
	stp	x27, x28, [sp, #80]
	.cfi_rel_offset x27, 80
	.cfi_rel_offset x28, 88
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mrs	x10, fpcr
	str	x10, [sp, #160]

	mov	x9, sp
	str	x9, [x0]
	mov	sp, x1

	ldr	x9, [sp, #160]
	cmp	x9, x10
	b.eq	1f		/* nearly always; writing it may empty the pipeline */
	msr	fpcr, x9
1:
	ldp	d14, d15, [sp, #144]
	ldp	d12, d13, [sp, #128]
	ldp	d10, d11, [sp, #112]
	ldp	d8, d9, [sp, #96]
	ldp	x27, x28, [sp, #80]
	ldp	x25, x26, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x21, x22, [sp, #32]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp, #0]
	add	sp, sp, #176
	.cfi_adjust_cfa_offset -176
	.cfi_restore x29
	.cfi_restore x30
	br	x30
	.cfi_endproc
	.size	context_switch, . - context_switch

/* Entered from context_switch with the function in x19 and its argument in x20. */
	.type	context_entry, %function
	.p2align 4
context_entry:
	.cfi_startproc
	.cfi_undefined x30
	hint	#36
	mov	x0, x20
	blr	x19
	brk	#1
	.cfi_endproc
	.size	context_entry, . - context_entry

/* void *context_make(void *stack_top, size_t bytes, void (*entry)(void *), void *arg) */
	.globl	context_make
	.hidden	context_make
	.type	context_make, %function
	.p2align 4
context_make:
	.cfi_startproc
	hint	#34
	sub	x9, x0, #176
	mrs	x10, fpcr
	str	x10, [x9, #160]
	stp	xzr, xzr, [x9, #96]
	stp	xzr, xzr, [x9, #112]
	stp	xzr, xzr, [x9, #128]
	stp	xzr, xzr, [x9, #144]
	stp	xzr, xzr, [x9, #32]
	stp	xzr, xzr, [x9, #48]
	stp	xzr, xzr, [x9, #64]
	stp	xzr, xzr, [x9, #80]
	stp	x2, x3, [x9, #16]	/* x19: function, x20: argument */
	adr	x10, context_entry
	stp	xzr, x10, [x9, #0]	/* x29: the chain of frames ends here */
	mov	x0, x9
	ret
	.cfi_endproc
	.size	context_make, . - context_make

	.section .note.GNU-stack, "", %progbits
