"""Jupyter's own tests of a kernel, with nothing left out.

Prints one JSON object: the tests that ran, and those that failed or were skipped, with the reason.
"""

import json
import sys
import unittest

import jupyter_kernel_test as jkt


class NetletTests(jkt.KernelTests):
    kernel_name = "netlet"
    language_name = "netlet"
    file_extension = ".net"
    code_hello_world = '%%rust\nprintln!("hello, world");'
    code_stderr = '%%rust\neprintln!("a remark");'
    completion_samples = [{"text": "summ", "matches": {"summary"}}]
    complete_code_samples = [
        "net A(1x28x28) { flatten -> linear 10 }",
        "summary A",
        "%%rust\n1 + 1\n\n",
        "conv?",
    ]
    incomplete_code_samples = ["net A(1x28x28) {", "conv 6 5x5 ->", "%%rust\nlet x = 1;"]
    invalid_code_samples = ["net A(1x28x28) }"]
    code_page_something = "conv?"
    code_generate_error = "summary Nowhere"
    code_execute_result = [{"code": "%%rust\n6 * 7", "result": "42"}]
    code_display_data = [
        {"code": "net A(1x28x28) { flatten -> linear 10 }", "mime": "text/html"},
        {"code": "diagram A", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "%%rust?6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "conv"
    code_clear_output = '%%rust\nprint!("\\u{1b}[2J\\u{1b}[H");'


class NetletWelcomeTests(jkt.IopubWelcomeTests):
    kernel_name = "netlet"
    support_iopub_welcome = True


def main():
    loader = unittest.TestLoader()
    cases = (NetletTests, NetletWelcomeTests)
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)
    # A skip within a part of a test is told nowhere but here.
    ran = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
    told = [(str(test), text) for test, text in ran.failures + ran.errors + ran.skipped]
    json.dump({"ran": ran.testsRun, "failed_or_skipped": dict(told)}, sys.stdout)


main()
