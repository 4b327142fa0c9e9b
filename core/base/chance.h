#ifndef CHANCE_H
#define CHANCE_H

/*
 * Numbers that look like chance, and are the same each time: splitmix64, by Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators" (2014).
 *
 *     state += CHANCE_STEP;
 *     number = chance_mix(state);
 */

#include <stdint.h>

#define CHANCE_STEP UINT64_C(0x9e3779b97f4a7c15)

/* A number that looks like chance for each one: neighbours have nothing in common. */
static inline uint64_t chance_mix(uint64_t number)
{
    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

#endif
