/*
 * Stack switching for System V x86-64.
 *
 * A saved context, from its stack pointer upwards:
 *
 *    0  mxcsr, x87 control word
 *    8  r15  r14  r13  r12  rbx  rbp
 *   56  return address
 *
 * The frame looks the same before and after the exchange of rsp, so one description of it (CFI)
 * is right throughout, and debuggers and profilers can unwind at every instruction.
 *
 * Calls of other functions see "notrack", since the address jumped to is a return address and
 * carries no endbr64.  It is jumped to rather than returned to because the processor predicts
 * returns from the calls it has seen, and would be wrong each time.
 */

	.text

	.globl	context_switch
	.hidden	context_switch
	.type	context_switch, @function
	.p2align 4
context_switch:
	.cfi_startproc
	endbr64
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r15, 0
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	movl	(%rsp), %eax
	movzwl	4(%rsp), %edx

	movq	%rsp, (%rdi)
	movq	%rsi, %rsp

	/* Loading a control word is dear, and nearly always it is the one that is there. */
	xorl	(%rsp), %eax
	xorw	4(%rsp), %dx
	andl	$0xffc0, %eax		/* the lowest bits of mxcsr are status, nobody's to keep */
	orl	%edx, %eax
	je	1f
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
1:
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r12
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rcx
	notrack jmp *%rcx
	.cfi_endproc
	.size	context_switch, . - context_switch

/* Entered from context_switch with the function in r12 and its argument in r13. */
	.type	context_entry, @function
	.p2align 4
context_entry:
	.cfi_startproc
	.cfi_undefined %rip
	endbr64
	movq	%r13, %rdi
	call	*%r12
	ud2
	.cfi_endproc
	.size	context_entry, . - context_entry

/* void *context_make(void *stack_top, size_t bytes, void (*entry)(void *), void *arg) */
	.globl	context_make
	.hidden	context_make
	.type	context_make, @function
	.p2align 4
context_make:
	.cfi_startproc
	endbr64
	leaq	-80(%rdi), %rax
	stmxcsr	(%rax)
	fnstcw	4(%rax)
	xorl	%r8d, %r8d
	movq	%r8, 8(%rax)		/* r15 */
	movq	%r8, 16(%rax)		/* r14 */
	movq	%rcx, 24(%rax)		/* r13: argument */
	movq	%rdx, 32(%rax)		/* r12: function */
	movq	%r8, 40(%rax)		/* rbx */
	movq	%r8, 48(%rax)		/* rbp: the chain of frames ends here */
	leaq	context_entry(%rip), %rcx
	movq	%rcx, 56(%rax)
	movq	%r8, 64(%rax)		/* as if called from nowhere */
	ret
	.cfi_endproc
	.size	context_make, . - context_make

	.section .note.GNU-stack, "", @progbits

/* The note that says "safe with indirect branch tracking" (IBT); no claim for shadow stacks. */
	.section .note.gnu.property, "a"
	.p2align 3
	.long	4
	.long	16
	.long	5
	.asciz	"GNU"
	.long	0xc0000002
	.long	4
	.long	1
	.long	0
