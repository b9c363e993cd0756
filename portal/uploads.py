"""What is handed in by a form with files: refused by its announced size, before anything of it is stored."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class LimitedUploadHandler(FileUploadHandler):
    """
    Stands before the handlers that store, and stores nothing.

    Django reads no more of a request than its ``Content-Length`` says, so what announces little is little.
    """

    def handle_raw_input(self, input_data: Any, META: dict, content_length: int, *_more: Any, **_named: Any) -> None:
        if content_length > settings.UPLOAD_REQUEST_BYTES_MAX:
            raise RequestDataTooBig("The request is larger than UPLOAD_REQUEST_BYTES_MAX.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data  # to the next handler

    def file_complete(self, file_size: int) -> None:
        return None
