from django.urls import path

from credits.views import statement

app_name = "credits"

urlpatterns = [path("me/record/", statement.statement, name="statement")]
