"""The gallery of components, for those who write pages; routed only with DEBUG."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe


class GalleryForm(forms.Form):
    """One field of each kind, shown with its error."""

    title = forms.CharField(label="Tên chương trình", help_text="Nói rõ làm được gì.")
    seats = forms.IntegerField(label="Số chỗ", min_value=1)
    text = forms.CharField(label="Giới thiệu", widget=forms.Textarea)
    format = forms.ChoiceField(
        label="Cách học", choices=[("a", "Tại lớp"), ("b", "Trên mạng")], widget=forms.RadioSelect
    )
    level = forms.ChoiceField(label="Bậc", choices=[("", "Mọi bậc"), ("1", "Bậc 1")], required=False)
    agree = forms.BooleanField(label="Tôi đã đọc")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    form = GalleryForm({"seats": "không"})
    context = {
        "form": form,
        "page": Paginator(range(100), 10).page(3),
        "on": timezone.now(),
        "facts": [("Khai giảng", "thứ Ba 24/11", "8:00"), ("Học phí", "Miễn phí", "")],
        "meta": [("pin", "Nhà văn hóa"), ("clock", "8:00–10:00")],
    }
    return render(request, "portal/components.html", context)
