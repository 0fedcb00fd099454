// The part of `run_program` that a test rebuilds while the program runs.
#ifndef EDITION
#define EDITION 1
#endif

int edition() { return EDITION; }
